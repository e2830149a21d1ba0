"""What a machine of each platform does at most: the two lines of its roofline.

BANG's numbers are those of the simulator's cycle model, per cycle of a chip of four clusters; a CPU's are told by the CPU; those of GPUs
are their makers' data sheets, for floats without tensor units.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path

from xpiler.tune.bang_roofline import constants

CORES_OF_UNION4 = 16
FLOATS_OF_VECTOR, OPERATIONS_OF_FMA, FMA_UNITS = 16, 2, 2
CHANNEL_BYTES_A_SECOND = 20e9  # of memory, for a core: what one core of a server keeps in flight


@dataclass(frozen=True)
class Peaks:
    """Operations and bytes of memory in one `unit` of time."""

    machine: str
    unit: str
    operations: float
    bytes: float


def peaks() -> dict[str, dict]:
    """The peaks of the four platforms."""
    c = constants()
    vector = CORES_OF_UNION4 * c["vector_bytes"] / 4
    found = {
        "bang": Peaks(
            "MLU590, four clusters, by the cycle model; products may do more", "cycle", vector, CORES_OF_UNION4 * c["gdram_bytes"]
        ),
        "vnni": _cpu(),
        "cuda": Peaks("H100 SXM, data sheet", "second", 67e12, 3.35e12),
        "hip": Peaks("MI300X, data sheet", "second", 163.4e12, 5.3e12),
    }
    return {platform: asdict(of) for platform, of in found.items()}


def _cpu() -> Peaks:
    """This CPU's cores at the clock it shows now; its memory is an estimate."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    clocks = [float(number) * 1e6 for number in re.findall(r"cpu MHz\s*:\s*([\d.]+)", text)] or [2e9]
    operations = len(clocks) * max(clocks) * FLOATS_OF_VECTOR * OPERATIONS_OF_FMA * FMA_UNITS
    return Peaks(
        f"{len(clocks)} cores at {max(clocks) / 1e9:.1f} GHz, memory estimated", "second", operations, len(clocks) * CHANNEL_BYTES_A_SECOND
    )

"""What AMD's compiler makes of our HIP texts: matrix instructions, scratch memory, spilled registers, occupancy of every kernel.

    python benchmarks/hip_assembly.py [--operators gemm_half,softmax] [--from cuda] [--arch gfx942] [--json F] [--outputs DIR]

Translates the corpus to HIP without a verdict and compiles each text for the device at -O3 (hipcc, or a clang with the AMDGPU target);
the figures are the compiler's own notes in the assembly, one line a kernel, nothing is run. A scratch byte is one that lives in memory
though the text has it in a register. The last line counts.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "kernels"), str(ROOT / "benchmarks")]

from accuracy import OPERATORS, SUFFIXES, Cell, translate  # noqa: E402

from xpiler.diagnostics import InvalidInput, XpilerError  # noqa: E402
from xpiler.platforms.hip.toolchain import assembly  # noqa: E402

FIELDS = {
    "vgprs": "vgpr_count",
    "scratch_bytes": "private_segment_fixed_size",
    "spilled": "vgpr_spill_count",
    "shared_bytes": "group_segment_fixed_size",
}


@dataclass(frozen=True)
class Kernel:
    """A kernel of one output: its matrix instructions, bytes of scratch memory and of shared memory, registers of a lane, waves that a
    unit holds at once."""

    output: str
    kernel: str
    mfma: int
    vgprs: int
    scratch_bytes: int
    spilled: int
    shared_bytes: int
    occupancy: int | None


def kernels(output: str, text: str) -> Iterator[Kernel]:
    """The kernels of an assembly text, by the metadata at its end; the compiler tells no occupancy where a kernel calls functions."""
    names = re.findall(r"^    \.name:\s+(\S+)$", text, re.MULTILINE)  # those of arguments stand further in
    columns = {field: re.findall(rf"\.{word}:\s+(\d+)", text) for field, word in FIELDS.items()}
    for position, name in enumerate(names):
        code = text.partition(f"; -- Begin function {name}\n")[2].partition("; -- End function")
        occupancy = re.search(r"; Occupancy: (\d+)\n", code[2])
        numbers = {field: int(values[position]) for field, values in columns.items()}
        yield Kernel(output, name, code[0].count("v_mfma_"), **numbers, occupancy=int(occupancy[1]) if occupancy else None)


def main() -> int:
    """Prints one line a kernel; 1 where one of them needs scratch memory."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--operators", default=",".join(OPERATORS))
    parser.add_argument("--from", dest="sources", default="cuda,bang,vnni")
    parser.add_argument("--arch", default="gfx942")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--outputs", type=Path)
    arguments = parser.parse_args()
    operators, sources = arguments.operators.split(","), arguments.sources.split(",")
    with tempfile.TemporaryDirectory(prefix="xpiler-hip-assembly-") as temporary:
        folder = arguments.outputs or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        cells = [_of_cell(Cell(operator, source, "hip"), folder, arguments.arch) for operator in operators for source in sources]
    found = [kernel for of_cell in cells for kernel in of_cell or ()]
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(kernel) for kernel in found], indent=1))
    bad = sum(kernel.scratch_bytes > 0 or kernel.spilled > 0 for kernel in found)
    refused, fast = cells.count(None), sum(kernel.mfma > 0 for kernel in found)
    print(f"{len(found)} kernels: {fast} with mfma, {bad} with scratch memory or spills, {refused} cells refused")
    return 1 if bad else 0


def _of_cell(cell: Cell, folder: Path, arch: str) -> list[Kernel] | None:
    """The kernels of a cell, a line printed for each; None, with the reason, where it is not translated or compiled."""
    try:
        output = _output(cell, folder)
        found = list(kernels(output.stem, assembly(output, arch, ("-O3",))))
    except XpilerError as error:
        print(f"{cell.operator} from {cell.source}: {error.diagnostics[0].message}", flush=True)
        return None
    for kernel in found:
        print(" ".join(f"{field}={value}" for field, value in asdict(kernel).items()), flush=True)
    return found


def _output(cell: Cell, folder: Path) -> Path:
    """The text of a cell; raises what the translation says where there is none."""
    path = folder / f"{cell.operator}_from_{cell.source}{SUFFIXES['hip']}"
    source = OPERATORS[cell.operator].source(cell.source)
    if not path.exists() and not translate(source, cell.target, path, cell):
        raise InvalidInput(cell.message)
    return path


if __name__ == "__main__":
    sys.exit(main())

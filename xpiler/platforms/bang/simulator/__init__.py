"""A simulator of BANG C: runs any .mlu file on the CPU and reports what the hardware would not forgive.

Written from the platform's documentation; shares no code with the front end, the dialects' semantics or the emitters.
"""

from __future__ import annotations

from .build import build
from .options import ARCHITECTURES, Arch, SimulatorOptions

__all__ = ["ARCHITECTURES", "Arch", "SimulatorOptions", "build"]

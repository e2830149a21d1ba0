"""Bytes of dynamic shared memory that a launch may ask for: a launch that asks for more does not run.

48 KB on CUDA, and what the architecture has where the text raises the limit (`cudaFuncSetAttribute`); all that a HIP block has.
"""

from __future__ import annotations

from mlir import ir

from xpiler.platforms.names import DEFAULT_ARCH
from xpiler.platforms.target import target_of

RAISED = "xpiler.raises_shared_limit"  # of a module whose text asks for more than a block gets by itself
WITHOUT_ASKING = 48  # kilobytes; an architecture that is not listed is believed to have no more
OF_CUDA = {"sm_70": 96, "sm_75": 64, "sm_80": 163, "sm_86": 99, "sm_87": 163, "sm_89": 99, "sm_90": 227, "sm_100": 227, "sm_120": 99}
OF_HIP = {"gfx950": 160}
OF_OTHER_HIP = 64


def most_shared_bytes(module: ir.Module) -> int:
    """The bytes of dynamic shared memory that launches of a module may ask for."""
    target = target_of(module)
    platform, arch = (target.platform, target.arch) if target is not None else ("cuda", "")
    if platform == "hip":
        return OF_HIP.get(arch, OF_OTHER_HIP) << 10
    asked = OF_CUDA.get((arch or DEFAULT_ARCH["cuda"]).rstrip("a"), WITHOUT_ASKING)
    return (asked if RAISED in module.operation.attributes else WITHOUT_ASKING) << 10

"""Bytes of dynamic shared memory that a launch may ask for: a launch that asks for more does not run.

48 KB on CUDA, and what the architecture has where the text raises the limit (`cudaFuncSetAttribute`); all that a HIP block has.
"""

from __future__ import annotations

import re

from mlir import ir

RAISED = "xpiler.raises_shared_limit"  # of a module whose text asks for more than a block gets by itself
WITHOUT_ASKING = 48 << 10
OF_ARCHITECTURES = {70: 96 << 10, 75: 64 << 10, 80: 163 << 10, 86: 99 << 10, 87: 163 << 10, 89: 99 << 10, 120: 99 << 10}
LARGEST = 232448  # of sm_90 and sm_100
OF_HIP = {"gfx950": 160 << 10}
LARGEST_OF_HIP = 64 << 10


def most_shared_bytes(module: ir.Module) -> int:
    """The bytes of dynamic shared memory that launches of a module may ask for."""
    attributes = module.operation.attributes
    target = str(attributes["xpiler.target"]) if "xpiler.target" in attributes else ""
    if '"hip"' in target:
        return next((most for name, most in OF_HIP.items() if name in target), LARGEST_OF_HIP)
    if RAISED not in attributes:
        return WITHOUT_ASKING
    number = re.search(r"sm_(\d+)", target)
    return OF_ARCHITECTURES.get(int(number[1]), LARGEST) if number else LARGEST

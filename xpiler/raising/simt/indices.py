"""The indices of a SIMT kernel: one `thread_id` and `block_id` a dimension at the top, the dimensions as their values."""

from __future__ import annotations

import re

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.simt.geometry import Geometry
from xpiler.raising.simt.platform_ops import simt_name, word
from xpiler.raising.structure import entry, post_order, replace

DIMENSIONS = ("x", "y", "z")
CUDA_WARP_LANES = 32
DEFAULT_HIP_ARCH = "gfx942"


def warp_lanes(module: ir.Module) -> int:
    """Lanes of a warp: 32, but 64 on AMD's gfx9."""
    target = str(module.operation.attributes["xpiler.target"])
    if '"hip"' not in target:
        return CUDA_WARP_LANES
    arch = re.search(r'arch = "([^"]*)"', target)
    name = arch.group(1) if arch else DEFAULT_HIP_ARCH
    return 64 if name.startswith("gfx9") else 32


def collect_indices(kernel: ir.Operation, geometry: Geometry, lanes: int) -> None:
    """Replace every index operation by one at the kernel's top, every dimension by its value."""
    first: dict[tuple[str, str], ir.Value] = {}
    top = EmissionPoint(ir.InsertionPoint.at_block_begin(entry(kernel)), kernel.location)
    for op in post_order(kernel):
        name = simt_name(op)
        if name in ("thread_id", "block_id"):
            key = (op.name, word(op, "dimension"))
            if key not in first:
                first[key] = top.value(op.name, op.results[0].type, dimension=op.attributes["dimension"])
            replace(op, [first[key]])
        elif name in ("block_dim", "grid_dim"):
            sizes = geometry.block if name == "block_dim" else geometry.grid
            replace(op, [sizes[DIMENSIONS.index(word(op, "dimension"))]])
        elif name == "warp_size":
            emit = EmissionPoint(ir.InsertionPoint(op), op.location)
            replace(op, [emit.constant(lanes, op.results[0].type)])

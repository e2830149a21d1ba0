"""From the shared form to C++ with OpenMP: the outermost parallel loops over threads, everything else serial."""

from __future__ import annotations

from mlir import ir

from xpiler.lowering.launcher.build import Launch
from xpiler.lowering.parallel_nest import Dimension, dimensions, for_loop, merge_perfect_nest, new_forall, serialise_inside
from xpiler.lowering.private_atomics import update_private_memory_plainly
from xpiler.lowering.vnni.fused_products import fuse_products
from xpiler.platforms.target import Target
from xpiler.transforms.rewriting import body, content, move_content, operations

_ENOUGH_THREADS = 64


def convert_kernel(function: ir.Operation, target: Target) -> Launch:
    """Binds the outermost parallel loops of a kernel to OpenMP threads."""
    _bind_outermost(function)
    update_private_memory_plainly(function)
    fuse_products(function)
    name = ir.StringAttr(function.attributes["sym_name"]).value

    def launch(arguments: list[ir.Value], mapping: dict[ir.Value, ir.Value], stream: ir.Value | None) -> None:
        ir.Operation.create("xpiler.call", operands=arguments, attributes={"kernel": ir.FlatSymbolRefAttr.get(name)})

    return launch


def _bind_outermost(op: ir.Operation) -> None:
    for region in op.regions:
        for block in region.blocks:
            for inner in operations(block):
                if inner.name == "scf.forall":
                    bind_to_threads(inner)
                else:
                    _bind_outermost(inner)


def bind_to_threads(loop: ir.Operation) -> None:
    """The outer dimension over threads (with the next, where it alone is too short), the others as loops, which compilers vectorise."""
    if "mapping" in loop.attributes:
        serialise_inside(loop)
        return
    loop = merge_perfect_nest(loop)
    serialise_inside(loop)
    dims = dimensions(loop)
    outer = 1
    while outer < len(dims) and _known_short(dims[:outer]):
        outer += 1
    threads = new_forall(dims[:outer], loop)
    omp = ir.Attribute.parse("#xpiler.bind<omp>")
    threads.attributes["mapping"] = ir.ArrayAttr.get([omp] * outer)
    block = body(threads)
    for dimension in dims[outer:]:
        block = for_loop(dimension, block)
    move_content(content(body(loop)), block)
    loop.erase()


def _known_short(dims: list[Dimension]) -> bool:
    """Whether these dimensions are known to have too few iterations for the threads of a machine."""
    count = 1
    for d in dims:
        if not all(isinstance(b, int) for b in (d.lower, d.upper, d.step)):
            return False
        count *= -(-(d.upper - d.lower) // d.step)
    return count < _ENOUGH_THREADS

"""What a kernel is in shared form: its parallel loops, reductions, products and loops in order, each with its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.contractions import matrix_product
from xpiler.analysis.effects import access_of, defining, walk
from xpiler.analysis.forms import IndexForms, forall_bounds
from xpiler.analysis.reductions import folds_of, is_reduction
from xpiler.explanation.places import line_of
from xpiler.raising.footprint_extents import parameter_name
from xpiler.raising.structure import kernels, symbol_name
from xpiler.transforms.rewriting import body, operations

WORDS = {
    "addf": "sum", "addi": "sum", "mulf": "product", "muli": "product", "maximumf": "maximum", "maxnumf": "maximum", "maxsi": "maximum",
    "maxui": "maximum", "minimumf": "minimum", "minnumf": "minimum", "minsi": "minimum", "minui": "minimum", "andi": "and", "ori": "or",
    "xori": "exclusive or",
}  # fmt: skip


@dataclass(frozen=True)
class Recognised:
    """One structure: the kernel it is in, its line, and what it is, in words."""

    kernel: str
    line: int
    text: str


def recognised(shared: ir.Module) -> list[Recognised]:
    """The structures of all kernels, in the order of the shared form."""
    return [Recognised(symbol_name(k), line_of(op), text) for k in kernels(shared) for op, text in _of_block(k, k.regions[0].blocks[0])]


def _of_block(kernel: ir.Operation, block: ir.Block) -> Iterator[tuple[ir.Operation, str]]:
    for op in operations(block):
        if op.name == "scf.forall":
            yield from _parallel(kernel, op)
        elif op.name == "scf.for":
            yield from _counted(kernel, op)
        elif op.name == "scf.while":
            yield op, "a loop whose iterations are not counted"
            yield from _inside(kernel, op)
        elif len(op.regions):
            yield from _inside(kernel, op)


def _inside(kernel: ir.Operation, op: ir.Operation) -> Iterator[tuple[ir.Operation, str]]:
    for region in op.regions:
        for block in region.blocks:
            yield from _of_block(kernel, block)


def _parallel(kernel: ir.Operation, loop: ir.Operation) -> Iterator[tuple[ir.Operation, str]]:
    if matrix_product(loop, IndexForms()) is not None:
        yield loop, "a matrix product"
        return
    extents = [_extent(kernel, upper) for _, upper, _ in forall_bounds(loop.opview)]
    does = [op for op in walk(loop) if op != loop]
    stores = any(access is not None and access.writes for access in map(access_of, does))
    alone = stores and not any(op.name in ("scf.for", "scf.forall", "scf.while") for op in does)
    yield loop, f"{'element by element' if alone else 'parallel'} over {' and '.join(extents)}"
    yield from _of_block(kernel, body(loop))


def _counted(kernel: ir.Operation, loop: ir.Operation) -> Iterator[tuple[ir.Operation, str]]:
    over = _extent(kernel, list(loop.operands)[1])
    if is_reduction(loop):
        found = [WORDS.get(str(fold.operator).removeprefix("arith."), "fold") for fold in folds_of(loop)]
        yield loop, f"{' and '.join(found)} over {over}"
    else:
        yield loop, f"in sequence over {over}"
    yield from _of_block(kernel, body(loop))


def _extent(kernel: ir.Operation, upper: ir.Value | int) -> str:
    """A bound in words: a number, a parameter's name, or how it is computed from them."""
    if isinstance(upper, int):
        return str(upper)
    if isinstance(upper.owner, ir.Block):
        arguments = list(kernel.regions[0].blocks[0].arguments)
        return parameter_name(kernel, upper) if upper in arguments else "a variable"
    op = defining(upper)
    if op.name == "arith.constant":
        return str(ir.IntegerAttr(op.attributes["value"]).value)
    if op.name in ("arith.index_cast", "arith.extsi", "arith.trunci"):
        return _extent(kernel, op.operands[0])
    signs = {"arith.addi": "+", "arith.subi": "-", "arith.muli": "*", "arith.floordivsi": "/", "arith.divsi": "/", "arith.ceildivsi": "/"}
    if op.name in signs:
        return f" {signs[op.name]} ".join(_factor(_extent(kernel, v)) for v in op.operands)
    return "a computed number"


def _factor(text: str) -> str:
    return f"({text})" if " " in text and not text.startswith("a ") else text

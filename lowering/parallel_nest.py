"""Parallel loops as the lowerings see them: dimensions with bounds, perfectly nested loops merged, loops turned into other loops."""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.lowering.c_text.attributes import is_dynamic
from xpiler.transforms.rewriting import body, constant_int, content, defined_inside, move_content, operations, terminator

_INDEX_ONLY = ("arith.", "affine.")


@dataclass
class Dimension:
    """One dimension of a parallel loop: its variable, and bounds as numbers or values."""

    variable: ir.Value
    lower: ir.Value | int
    upper: ir.Value | int
    step: ir.Value | int


def dimensions(op: ir.Operation) -> list[Dimension]:
    """The dimensions of an `scf.forall`."""
    segments = list(ir.DenseI32ArrayAttr(op.attributes["operandSegmentSizes"]))
    bounds, start = [], 0
    for segment, name in enumerate(("staticLowerBound", "staticUpperBound", "staticStep")):
        run_time = iter(list(op.operands)[start : start + segments[segment]])
        start += segments[segment]
        bounds.append([_bound(next(run_time)) if is_dynamic(n) else n for n in ir.DenseI64ArrayAttr(op.attributes[name])])
    return [Dimension(v, *b) for v, b in zip(body(op).arguments, zip(*bounds, strict=True), strict=True)]


def _bound(value: ir.Value) -> ir.Value | int:
    number = constant_int(value)
    return value if number is None else number


def index_constant(number: int) -> ir.Value:
    """An index constant at the current insertion point."""
    return arith.constant(ir.IndexType.get(), number)


def as_index(bound: ir.Value | int) -> ir.Value:
    """A bound as a value at the current insertion point."""
    return index_constant(bound) if isinstance(bound, int) else bound


def inner_forall(op: ir.Operation) -> ir.Operation | None:
    """The parallel loop that is all a parallel loop does, index arithmetic aside."""
    ops = content(body(op))
    if not ops or ops[-1].name != "scf.forall" or not all(o.name.startswith(_INDEX_ONLY) for o in ops[:-1]):
        return None
    inner = ops[-1]
    return None if any(defined_inside(v, op) for v in inner.operands) else inner


def merge_perfect_nest(op: ir.Operation) -> ir.Operation:
    """One parallel loop over all dimensions of a perfect nest of parallel loops; the outermost is returned (or its replacement)."""
    while True:
        _hoist_index_arithmetic(op)
        inner = inner_forall(op)
        if inner is None:
            return op
        op = _merged(op, inner)


def _hoist_index_arithmetic(op: ir.Operation) -> None:
    """Moves index arithmetic that is the same in all iterations in front of a parallel loop: bounds of the loop inside, most often."""
    for inner in content(body(op)):
        if inner.name.startswith(_INDEX_ONLY) and _never_fails(inner) and not any(defined_inside(v, op) for v in inner.operands):
            inner.move_before(op)


def _never_fails(op: ir.Operation) -> bool:
    """Whether index arithmetic may be done although the loop has no iteration: divisors must be known, and not zero."""
    return not any(word in op.name for word in ("div", "rem", "mod")) or bool(constant_int(op.operands[-1]))


def _merged(outer: ir.Operation, inner: ir.Operation) -> ir.Operation:
    loop = new_forall(dimensions(outer) + dimensions(inner), outer)
    block = body(loop)
    move_content([o for o in content(body(outer)) if o != inner], block)
    move_content(content(body(inner)), block)
    outer.erase()
    return loop


def new_forall(dims: list[Dimension], place: ir.Operation) -> ir.Operation:
    """An empty parallel loop before `place` whose variables take the place of the dimensions' old ones."""
    with ir.InsertionPoint(place), place.location:
        loop = scf.ForallOp([d.lower for d in dims], [d.upper for d in dims], [d.step for d in dims])
        if not len(loop.body.operations):
            with ir.InsertionPoint(loop.body):
                scf.InParallelOp()
    for dimension, new in zip(dims, loop.body.arguments, strict=True):
        new.set_location(dimension.variable.location)
        dimension.variable.replace_all_uses_with(new)
    return loop.operation


def serial_loops(op: ir.Operation) -> None:
    """Replaces a parallel loop by counted loops, the last dimension innermost."""
    block = None
    with ir.InsertionPoint(op), op.location:
        for dimension in dimensions(op):
            block = for_loop(dimension, block)
    move_content(content(body(op)), block)
    op.erase()


def for_loop(dimension: Dimension, block: ir.Block | None) -> ir.Block:
    """An `scf.for` over a dimension, in `block` or at the current insertion point; returns its body."""
    ip = ir.InsertionPoint(terminator(block)) if block is not None else ir.InsertionPoint.current
    with ip, dimension.variable.location:
        loop = scf.ForOp(as_index(dimension.lower), as_index(dimension.upper), as_index(dimension.step))
        with ir.InsertionPoint(loop.body):
            scf.YieldOp([])
    dimension.variable.replace_all_uses_with(loop.induction_variable)
    return loop.body


def serialise_inside(op: ir.Operation) -> None:
    """Turns every parallel loop inside `op` into counted loops."""
    for region in op.regions:
        for block in region.blocks:
            for inner in operations(block):
                serialise_inside(inner)
                if inner.name == "scf.forall":
                    serial_loops(inner)

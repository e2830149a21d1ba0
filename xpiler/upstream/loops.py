"""Loops and buffers in the form that front ends write: parallel loops as `scf.forall`, arrays as `memref.alloca`."""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.passes import place_of
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.structure import constant_value, operations, post_order


def to_plain_loops(module: ir.Module) -> None:
    """Rewrites every parallel loop and allocation of the module's functions, innermost first."""
    for op in post_order(module.operation):
        rewrite = REWRITES.get(op.name)
        if rewrite is not None:
            rewrite(op)


def copies_to_loops(module: ir.Module) -> None:
    """Every `memref.copy` element by element, so that views of either side are folded into loads and stores."""
    for op in post_order(module.operation):
        if op.name == "memref.copy":
            _copy_to_loops(op)


def _rewrite_parallel(loop: ir.Operation) -> None:
    """`scf.parallel`: independent iterations, or a reduction, whose iterations carry the result from one to the next."""
    emit = EmissionPoint(ir.InsertionPoint(loop), loop.location)
    body = loop.regions[0].blocks[0]
    rank = len(body.arguments)
    lows, highs, steps = (list(loop.operands)[i * rank : (i + 1) * rank] for i in range(3))
    counts = [_count(emit, *bounds) for bounds in zip(lows, highs, steps, strict=True)]
    if loop.results:
        levels = _nest(emit, counts, list(loop.operands)[3 * rank :])
        _replace_variables(levels[-1][0], body, [made.regions[0].blocks[0].arguments[0] for _, made in levels], lows, steps)
        _reduce(loop, levels)
    else:
        inside, counters = emit.forall(counts)
        _replace_variables(inside, body, counters, lows, steps)
        _move(operations(body)[:-1], inside)
    loop.erase()


def _replace_variables(
    inside: EmissionPoint, body: ir.Block, counters: list[ir.Value], lows: list[ir.Value], steps: list[ir.Value]
) -> None:
    """The loop's variables from iterations counted from zero by one."""
    for old, counter, low, step in zip(body.arguments, counters, lows, steps, strict=True):
        old.replace_all_uses_with(inside.add(low, inside.mul(counter, step)))


def _nest(emit: EmissionPoint, counts: list[ir.Value], carried: list[ir.Value]) -> list[tuple[EmissionPoint, ir.Operation]]:
    """Serial loops inside each other that carry values; each with the point inside it."""
    levels = []
    for count in counts:
        emit, made = emit.loop(count, carried)
        carried = list(made.regions[0].blocks[0].arguments)[1:]
        levels.append((emit, made))
    return levels


def _reduce(loop: ir.Operation, levels: list[tuple[EmissionPoint, ir.Operation]]) -> None:
    """The body in the innermost loop, each reduction's body on the carried value."""
    inside, innermost = levels[-1]
    *rest, reduce = operations(loop.regions[0].blocks[0])
    _move(rest, inside)
    results = []
    carried = list(innermost.regions[0].blocks[0].arguments)[1:]
    for region, before, value in zip(reduce.regions, carried, reduce.operands, strict=True):
        block = region.blocks[0]
        for argument, actual in zip(block.arguments, (before, value), strict=True):
            argument.replace_all_uses_with(actual)
        *ops, last = operations(block)
        _move(ops, inside)
        results.append(last.operands[0])
    for emit, made in reversed(levels):
        emit.finish(results)
        results = list(made.results)
    for old, new in zip(loop.results, results, strict=True):
        old.replace_all_uses_with(new)


def _move(ops: list[ir.Operation], inside: EmissionPoint) -> None:
    """Moves operations, in order, to where the point emits."""
    mark = inside.op("arith.constant", [inside.index], value=ir.IntegerAttr.get(inside.index, 0))
    for op in ops:
        op.move_before(mark)
    mark.erase()


def _count(emit: EmissionPoint, low: ir.Value, high: ir.Value, step: ir.Value) -> ir.Value:
    """How many iterations there are; zero or less where the bounds cross."""
    distance = emit.sub(high, low)
    if constant_value(distance) is not None and constant_value(step) is not None:
        return emit.constant(max(0, -(-constant_value(distance) // constant_value(step))))
    return distance if constant_value(step) == 1 else emit.value("arith.ceildivsi", emit.index, distance, step)


def _forget_mapping(loop: ir.Operation) -> None:
    """What the user mapped loops to is for the target's schedule to decide."""
    if "mapping" in loop.attributes:
        del loop.attributes["mapping"]


def _alloc_to_alloca(alloc: ir.Operation) -> None:
    kind = ir.MemRefType(alloc.results[0].type)
    if not kind.has_static_shape or kind.affine_map != ir.AffineMap.get_identity(kind.rank):
        raise Unsupported(f"'{alloc.name}' of {kind} is not supported", place_of(alloc), "expected a static shape and no layout")
    segments = ir.DenseI32ArrayAttr.get([0, 0])
    emit = EmissionPoint(ir.InsertionPoint(alloc), alloc.location)
    alloc.results[0].replace_all_uses_with(emit.value("memref.alloca", kind, operandSegmentSizes=segments))
    alloc.erase()


def _copy_to_loops(copy: ir.Operation) -> None:
    """`memref.copy` element by element, over independent iterations."""
    source, target = copy.operands
    shape = _common_shape(copy, ir.MemRefType(source.type), ir.MemRefType(target.type))
    emit = EmissionPoint(ir.InsertionPoint(copy), copy.location)
    inside, indices = emit.forall([emit.constant(size) for size in shape]) if shape else (emit, [])
    inside.store(inside.load(source, indices), target, indices)
    copy.erase()


def _common_shape(copy: ir.Operation, source: ir.MemRefType, target: ir.MemRefType) -> list[int]:
    for kind in (source, target):
        if kind.has_static_shape:
            return list(kind.shape)
    raise Unsupported("'memref.copy' between buffers of run-time shape is not supported", place_of(copy), "write it as linalg.generic")


REWRITES = {
    "scf.parallel": _rewrite_parallel,
    "scf.forall": _forget_mapping,
    "memref.alloc": _alloc_to_alloca,
    "memref.dealloc": lambda op: op.erase(),
}

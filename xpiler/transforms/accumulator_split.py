"""Some accumulators of a reduction in a loop of their own: no accumulator of a reduction reads another."""

from __future__ import annotations

from collections.abc import Sequence

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.transforms.rewriting import Mapping, body, clone, content, erase_dead, name_accumulators, new_for, terminator, variable

FIRST_START = 3  # of an scf.for's operands, behind its bounds and step


def part_of(loop: ir.Operation, kept: Sequence[int]) -> ir.Operation:
    """A new reduction before `loop` with these of its accumulators, whose results nobody uses yet."""
    starts = [loop.operands[FIRST_START + k] for k in kept]
    part = new_for(loop.operands[1], starts, loop.location, ir.InsertionPoint(loop))
    ours, theirs = body(part), body(loop)
    name_accumulators(part, [theirs.arguments[1 + k].location for k in kept])
    mapping: Mapping = {variable(loop): variable(part)}
    for k, argument in enumerate(list(theirs.arguments)[1:]):
        mapping[argument] = ours.arguments[1 + kept.index(k)] if k in kept else loop.operands[FIRST_START + k]
    for op in content(theirs):
        clone(op, mapping, ir.InsertionPoint(ours))
    ends = [terminator(theirs).operands[k] for k in kept]
    with ir.InsertionPoint(ours), loop.location:
        ir.Operation.create("scf.yield", operands=[mapping.get(end, end) for end in ends])
    erase_dead(part)
    return part


def is_split(loop: ir.Operation) -> bool:
    """Whether a loop has several accumulators and no loop inside that would run twice."""
    return len(loop.results) > 1 and not any(len(op.regions) for op in walk(loop) if op != loop)

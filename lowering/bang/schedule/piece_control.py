"""Serial loops and choices inside a piece: the same for all its elements, around steps on its buffers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.analysis.effects import defining, walk
from xpiler.lowering.bang.schedule.pattern_call import NoBuiltin
from xpiler.lowering.bang.schedule.vector_plan import Buffer, Step, element_bytes
from xpiler.transforms.rewriting import body, content, defined_inside, terminator

if TYPE_CHECKING:
    from xpiler.lowering.bang.schedule.piece import Piece


def outer_operands(op: ir.Operation) -> list[ir.Value]:
    """What an operation and those nested in it read of the code around it."""
    return [v for inner in walk(op) for v in inner.operands if not defined_inside(v, op)]


def plan_for(piece: Piece, op: ir.Operation) -> None:
    """A serial loop; what it carries stays in buffers of its own."""
    if any(piece.varies(v) for v in list(op.operands)[:3]):
        raise NoBuiltin("a loop whose bound depends on the element")
    old = body(op)
    arguments = list(old.arguments)[1:]
    carried = [_carry(piece, op, start, argument) for start, argument in zip(list(op.operands)[3:], arguments, strict=True)]
    outer = piece.pinned - set(carried)
    piece.pinned.update(carried)
    for value, argument, own in zip(terminator(old).operands, arguments, carried, strict=True):
        if _last_reader(argument, value):
            piece.in_place[value] = own
    with _kept(piece, op):
        inside = _steps(piece, old, list(zip(terminator(old).operands, carried, strict=True)))
    piece.plan.add(lambda at: _emit_for(piece, op, inside, at))
    piece.buffers.update(zip(op.results, carried, strict=True))
    piece.pinned.difference_update(set(carried) - outer)


def plan_if(piece: Piece, op: ir.Operation) -> None:
    """A choice; what it yields goes to buffers of its own, or stays where it is when one branch only updates it."""
    condition = op.operands[0]
    if piece.varies(condition):
        raise NoBuiltin("a choice for each element")
    branches = [block for region in op.regions for block in region.blocks]
    updated = [_updated(piece, op, position) for position in range(len(op.results))]
    own = [at or piece.plan.take(result.type) for at, result in zip(updated, op.results, strict=True)]
    added = [buffer for buffer in own if buffer not in piece.pinned]
    piece.pinned.update(added)
    with _kept(piece, op):
        planned = []
        for block in branches:
            yields = list(zip(terminator(block).operands, own, strict=True))
            piece.in_place.update((value, at) for value, at in yields if _made_in(value, op) and value not in piece.in_place)
            planned.append(_steps(piece, block, yields))
    piece.plan.add(lambda at: _emit_if(piece, condition, planned, at))
    piece.buffers.update(zip(op.results, own, strict=True))
    piece.pinned.difference_update(added)


def _steps(piece: Piece, block: ir.Block, yields: list[tuple[ir.Value, Buffer]]) -> list[Step]:
    """The steps of a block, its yields brought to their buffers."""
    outer, piece.plan.steps = piece.plan.steps, []
    for inner in content(block):
        piece.operation(inner)
    for value, own in yields:
        _bring(piece, value, own)
    inside, piece.plan.steps = piece.plan.steps, outer
    return inside


@contextmanager
def _kept(piece: Piece, op: ir.Operation) -> Iterator[None]:
    """What `op` reads of the code around it keeps its buffer while `op` goes on: a loop reads it again, another branch too."""
    read = [v for v in dict.fromkeys(outer_operands(op)) if v in piece.buffers]
    added = {piece.buffers[v] for v in read} - piece.pinned
    piece.pinned.update(added)
    yield
    piece.pinned.difference_update(added)
    for value in read:
        if piece.uses.get(value, 0) >= len(list(value.uses)) and piece.buffers[value] in added:
            piece.plan.release(piece.buffers[value])


def _carry(piece: Piece, op: ir.Operation, start: ir.Value, argument: ir.Value) -> Buffer:
    """The buffer of what a loop carries: that of its start where nobody else wants it."""
    if start in piece.buffers and len(list(start.uses)) == 1 and _block_of(start) == op.block:
        piece.buffers[argument] = piece.buffers[start]
        return piece.buffers[start]
    own = piece.plan.take(argument.type)
    piece.pinned.add(own)
    if piece.varies(start):
        source = piece.buffer(start)
        piece.plan.add(lambda at: piece.emitter().move(at(own), at(source), element_bytes(argument.type)))
        piece.consume(start)
    else:
        piece.plan.add(lambda at: piece.emitter().fill(at(own), piece.scalar(start)))
    piece.buffers[argument] = own
    return own


def _bring(piece: Piece, value: ir.Value, own: Buffer) -> None:
    """Puts a value into the buffer that stands for it behind the block."""
    if not piece.varies(value):
        piece.plan.add(lambda at: piece.emitter().fill(at(own), piece.scalar(value)))
        return
    source = piece.buffer(value)
    if source != own:
        piece.plan.add(lambda at: piece.emitter().move(at(own), at(source), element_bytes(own.element)))
    piece.consume(value)


def _updated(piece: Piece, op: ir.Operation, position: int) -> Buffer | None:
    """The buffer of a value that one branch yields as it is, where the other's step to the result is all that reads it."""
    ends = [terminator(block) for region in op.regions for block in region.blocks]
    then, other = (end.operands[position] for end in ends)
    for kept, made, end in ((then, other, ends[0]), (other, then, ends[1])):
        if kept not in piece.buffers or not _made_in(made, op) or _block_of(kept) != op.block:
            continue
        maker = defining(made)
        readers = [use.owner.operation for use in kept.uses]
        if not maker.name.startswith("scf.") and sorted(map(hash, readers)) == sorted(map(hash, (maker, end))):
            return piece.buffers[kept]
    return None


def _block_of(value: ir.Value) -> ir.Block:
    return value.owner if isinstance(value.owner, ir.Block) else value.owner.operation.block


def _made_in(value: ir.Value, op: ir.Operation) -> bool:
    return defining(value) is not None and defined_inside(value, op)


def _last_reader(argument: ir.Value, following: ir.Value) -> bool:
    """Whether the operation that makes the next value of `argument` is its only reader, so that it may overwrite it."""
    op = defining(following)
    readers = [use.owner.operation for use in argument.uses]
    return op is not None and not op.name.startswith("scf.") and readers == [op]


def _emit_for(piece: Piece, op: ir.Operation, steps: list[Step], at) -> None:
    loop = scf.ForOp(*(piece.scalar(v) for v in list(op.operands)[:3]))
    loop.induction_variable.set_location(body(op).arguments[0].location)
    piece.scalars[body(op).arguments[0]] = loop.induction_variable
    with ir.InsertionPoint(loop.body):
        for step in steps:
            step.emit(at)
        scf.yield_([])


def _emit_if(piece: Piece, condition: ir.Value, branches: list[list[Step]], at) -> None:
    """Branches without steps are left out."""
    if not any(branches):
        return
    holds = piece.scalar(condition)
    branches = [*branches, []][:2]
    if not branches[0]:
        holds = arith.xori(holds, arith.constant(holds.type, 1))
        branches = branches[::-1]
    made = scf.IfOp(holds, has_else=bool(branches[1]))
    for block, steps in zip((made.then_block, made.else_block), branches, strict=False):
        if block is None or not steps:
            continue
        with ir.InsertionPoint(block):
            for step in steps:
                step.emit(at)
            scf.yield_([])

"""Serial loops, choices and conditionals inside a piece: for all its elements, or for those of a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.analysis.effects import defining
from xpiler.lowering.bang.schedule.pattern_call import NoBuiltin
from xpiler.lowering.bang.schedule.piece_uniform import depends, outer_operands, same_for_all
from xpiler.lowering.bang.schedule.piece_window import BufferAt, Window, emit_all, window_of, window_of_loop
from xpiler.lowering.bang.schedule.vector_plan import Buffer, Step, element_bytes
from xpiler.transforms.rewriting import body, content, inside, terminator

if TYPE_CHECKING:
    from xpiler.lowering.bang.schedule.piece import Piece


def plan_for(piece: Piece, op: ir.Operation) -> None:
    """Adds a serial loop; what it carries stays in buffers of its own, or in scalars where it is the same for all elements."""
    bounds, window = window_of_loop(piece, op) or (list(op.operands)[:3], None)
    block, pinned = body(op), set(piece.pinned)
    scalars = [] if window else sorted(same_for_all(piece, op))
    values = list(zip(list(op.operands)[3:], list(block.arguments)[1:], terminator(block).operands, op.results, strict=True))
    vectors = [value for position, value in enumerate(values) if position not in scalars]
    carried = [_carry(piece, op, start, argument) for start, argument, _, _ in vectors]
    for (_, argument, following, _), own in zip(vectors, carried, strict=True):
        if _last_reader(argument, following):
            piece.in_place[following] = own
    with _kept(piece, op):
        steps = _recorded(piece, lambda: _plan_block(piece, block, [following for _, _, following, _ in vectors], carried))
    if window is not None:
        under, steps = steps, [Step(lambda at: window.emit(piece, under, at))]
    loop = SerialLoop(op, bounds, [values[position] for position in scalars])
    piece.plan.add(lambda at: loop.emit(piece, steps, at))
    piece.buffers.update(zip((result for _, _, _, result in vectors), carried, strict=True))
    piece.pinned -= set(carried) - pinned


def plan_if(piece: Piece, op: ir.Operation) -> None:
    """Adds a conditional: both sides as they are where all elements agree, else the one side that does something on its window."""
    then, other = (region.blocks[0] if len(region.blocks) else None for region in op.regions)
    condition, on_window, pinned = op.operands[0], piece.varies(op.operands[0]), set(piece.pinned)
    if on_window and other is not None and content(other):
        then, other, wanted = other, then, False
    else:
        wanted = True
    sides = [side for side in ([other] if on_window else [other, then]) if side is not None]
    yields = [list(terminator(side).operands) for side in (then, other) if side is not None]
    scalars = [p for p in range(len(op.results)) if not on_window and not any(depends(piece, y[p], frozenset(), op) for y in yields)]
    vectors = [p for p in range(len(op.results)) if p not in scalars]
    results = _result_buffers(piece, op, vectors, sides)
    with _kept(piece, op):
        if on_window:
            _plan_window(piece, window_of(piece, condition, wanted=wanted), then, other, results)
        else:
            branches = [
                _recorded(piece, lambda side=side: _plan_side(piece, side, vectors, results)) for side in (then, other) if side is not None
            ]
            choice = Choice(op, scalars)
            piece.plan.add(lambda at: choice.emit(piece, branches, at), "uniform")
    piece.buffers.update(zip((op.results[p] for p in vectors), results, strict=True))
    piece.pinned -= set(results) - pinned


def plan_window_select(piece: Piece, op: ir.Operation) -> None:
    """Adds a choice between two values: that of the window over that of the rest."""
    condition, yes, no = op.operands
    window = window_of(piece, condition)
    own = piece.plan.take(op.results[0].type)
    pinned = set(piece.pinned)
    piece.pinned.add(own)
    _bring(piece, no, own)
    under = _recorded(piece, lambda: _bring(piece, yes, own))
    piece.plan.add(lambda at: window.emit(piece, under, at), "uniform")
    piece.buffers[op.results[0]] = own
    piece.pinned -= {own} - pinned


def _plan_window(piece: Piece, window: Window, then: ir.Block, other: ir.Block | None, results: list[Buffer]) -> None:
    if other is not None and content(other):
        raise NoBuiltin("a condition on the element with two sides")
    every = list(range(len(results)))
    if results:
        _plan_side(piece, other, every, results)
    under = _recorded(piece, lambda: _plan_side(piece, then, every, results))
    piece.plan.add(lambda at: window.emit(piece, under, at), "uniform")


def _plan_side(piece: Piece, block: ir.Block, positions: list[int], results: list[Buffer]) -> None:
    """One side of a conditional; what it yields is made in the results' buffers where nobody misses what lies there."""
    yields = [terminator(block).operands[position] for position in positions]
    for value, own in zip(yields, results, strict=True):
        if _may_compute_in(piece, value, own, block):
            piece.in_place[value] = own
    _plan_block(piece, block, yields, results)


def _plan_block(piece: Piece, block: ir.Block, yields: list[ir.Value], owns: list[Buffer]) -> None:
    """The steps of a block, what it yields brought to its buffers."""
    for inner in content(block):
        piece.operation(inner)
    _bring_all(piece, yields, owns)


def _recorded(piece: Piece, plan: Callable[[], None]) -> list[Step]:
    """The steps that `plan` adds, taken out of the piece's plan."""
    outer, piece.plan.steps = piece.plan.steps, []
    plan()
    added, piece.plan.steps = piece.plan.steps, outer
    return added


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


def _carry(piece: Piece, loop: ir.Operation, start: ir.Value, argument: ir.Value) -> Buffer:
    """The buffer of what a loop carries: that of its start where nobody else wants it."""
    taken = start in piece.buffers and len([use for use in start.uses if use.owner.operation == loop]) == 1
    if taken and not piece.buffers[start].is_place and _read_by_nobody_but(start, loop):
        own = piece.buffers[start]
    else:
        own = piece.plan.take(argument.type)
        _bring(piece, start, own)
    piece.pinned.add(own)
    piece.buffers[argument] = own
    return own


def _bring_all(piece: Piece, values: list[ir.Value], owns: list[Buffer]) -> None:
    """Puts values into buffers at once: one that lies in another's buffer is saved before that is written."""
    saved: dict[ir.Value, Buffer] = {}
    for value, own in zip(values, owns, strict=True):
        source = piece.buffers.get(value)
        if source in owns and source != own and value not in saved:
            saved[value] = piece.plan.take(own.element)
            _move(piece, source, saved[value])
    for value, own in zip(values, owns, strict=True):
        if value in saved:
            _move(piece, saved[value], own)
            piece.consume(value)
        else:
            _bring(piece, value, own)
    for buffer in saved.values():
        piece.plan.release(buffer)


def _bring(piece: Piece, value: ir.Value, own: Buffer) -> None:
    """Puts a value into the buffer that stands for it from here on."""
    if not piece.varies(value):
        piece.plan.add(lambda at: piece.emitter().fill(at(own), piece.scalar(value)))
        return
    source = piece.buffer(value)
    if source != own:
        _move(piece, source, own)
    piece.consume(value)


def _move(piece: Piece, source: Buffer, target: Buffer) -> None:
    piece.plan.add(lambda at: piece.emitter().move(at(target), at(source), element_bytes(target.element)))


def _result_buffers(piece: Piece, op: ir.Operation, positions: list[int], sides: list[ir.Block]) -> list[Buffer]:
    """Where results go: the buffer of a value that one of the sides hands on, where nobody else reads that, or a new one."""
    chosen: list[Buffer] = []
    for position in positions:
        handed_on = [terminator(side).operands[position] for side in sides]
        free = (piece.buffers[v] for v in handed_on if v in piece.buffers and _read_by_nobody_but(v, op))
        own = next((buffer for buffer in free if buffer not in chosen and not buffer.is_place), None) or piece.plan.take(
            op.results[position].type
        )
        piece.pinned.add(own)
        chosen.append(own)
    return chosen


def _read_by_nobody_but(value: ir.Value, op: ir.Operation) -> bool:
    """Whether `op` may overwrite a value: it is made anew in each iteration that comes to `op`, and besides `op` only sides of
    conditionals that do not come to it read it."""
    around = [op.block]
    while around[-1] != _block_of(value):
        holder = around[-1].owner.operation
        if holder.name != "scf.if":
            return False
        around.append(holder.block)
    users = [use.owner.operation for use in value.uses]
    return all(inside(user, op) or (user.name == "scf.yield" and user.block not in around) for user in users)


def _block_of(value: ir.Value) -> ir.Block:
    return value.owner if isinstance(value.owner, ir.Block) else value.owner.operation.block


def _may_compute_in(piece: Piece, value: ir.Value, own: Buffer, block: ir.Block) -> bool:
    """Whether the operation that makes a yielded value may write the result's buffer: nobody else in the block reads what lies there."""
    op = defining(value)
    if op is None or op.block != block or op.name.startswith("scf.") or len(list(value.uses)) != 1:
        return False
    held = [v for v, buffer in piece.buffers.items() if buffer == own]
    holder = block.owner.operation
    readers = [use.owner.operation for v in held for use in v.uses if inside(use.owner.operation, holder)]
    return all(reader == op or (reader.block != block and reader.block.owner.operation == holder) for reader in readers)


def _last_reader(argument: ir.Value, following: ir.Value) -> bool:
    """Whether the operation that makes the next value of `argument` is its only reader, so that it may overwrite it."""
    op = defining(following)
    readers = [use.owner.operation for use in argument.uses]
    return op is not None and not op.name.startswith("scf.") and readers == [op]


@dataclass(frozen=True)
class SerialLoop:
    """A loop as it is emitted: its bounds, and start, argument, next value and result of each scalar that it carries."""

    op: ir.Operation
    bounds: list[ir.Value]
    scalars: list[tuple[ir.Value, ir.Value, ir.Value, ir.Value]]

    def emit(self, piece: Piece, steps: list[Step], at: BufferAt) -> None:
        """The loop around steps."""
        starts = [piece.scalar(start) for start, _, _, _ in self.scalars]
        loop = scf.ForOp(*(piece.scalar(v) for v in self.bounds), starts)
        loop.induction_variable.set_location(body(self.op).arguments[0].location)
        piece.scalars[body(self.op).arguments[0]] = loop.induction_variable
        for (_, argument, _, _), made in zip(self.scalars, loop.inner_iter_args, strict=True):
            made.set_location(argument.location)
            piece.scalars[argument] = made
        with ir.InsertionPoint(loop.body):
            emit_all(steps, at)
            scf.yield_([piece.scalar(following) for _, _, following, _ in self.scalars])
        for (_, _, _, result), made in zip(self.scalars, loop.results, strict=True):
            piece.scalars[result] = made


@dataclass(frozen=True)
class Choice:
    """A conditional that all elements decide alike, and the positions of the scalars that it results in."""

    op: ir.Operation
    scalars: list[int]

    def emit(self, piece: Piece, branches: list[list[Step]], at: BufferAt) -> None:
        """The conditional around steps; sides without steps are left out."""
        then, other = [*branches, []][:2]
        if not then and not other and not self.scalars:
            return
        holds, regions = piece.scalar(self.op.operands[0]), [region.blocks[0] for region in self.op.regions if len(region.blocks)]
        if not then and not self.scalars:
            holds, then, other = arith.xori(holds, arith.constant(holds.type, 1)), other, then
        made = scf.IfOp(holds, [self.op.results[p].type for p in self.scalars], has_else=bool(other or self.scalars))
        blocks = [made.then_block, *([made.else_block] if other or self.scalars else [])]
        for position, (block, steps) in enumerate(zip(blocks, (then, other), strict=False)):
            with ir.InsertionPoint(block):
                emit_all(steps, at)
                scf.yield_([piece.scalar(terminator(regions[position]).operands[p]) for p in self.scalars])
        for p, result in zip(self.scalars, made.results, strict=True):
            piece.scalars[self.op.results[p]] = result

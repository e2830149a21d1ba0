"""Conditions that some elements of a piece meet: a window of it.

    if (0 <= j + s - 1 && j + s - 1 < W) acc += X[j + s - 1] * w;
      becomes, for the elements first .. first + count - 1 of j,
    the elements from max(0, 1 - s - first) to min(count, W + 1 - s - first): copy that part of X, multiply, add to that part of acc

A comparison whose difference moves by one from element to element holds on a stretch of elements without a gap, so what is under it is
planned like the piece itself and emitted on views of the same buffers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.analysis.effects import defining, is_pure
from xpiler.lowering.bang.schedule.builtins import Builtins
from xpiler.lowering.bang.schedule.pattern_call import NoBuiltin
from xpiler.lowering.bang.schedule.vector_plan import Buffer, Step
from xpiler.lowering.bang.schedule.wording import named
from xpiler.transforms.rewriting import content, index, terminator

if TYPE_CHECKING:
    from xpiler.lowering.bang.schedule.piece import Piece

BufferAt = Callable[[Buffer], ir.Value]
_PREDICATES = {2: "lt", 3: "le", 4: "gt", 5: "ge"}
_DIVISIONS = frozenset(f"arith.{name}" for name in ("divsi", "divui", "remsi", "remui", "floordivsi", "ceildivsi", "ceildivui"))
_OPPOSITE = {"lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}


@dataclass(frozen=True)
class Bound:
    """`left < right` (or another order) for numbers whose difference moves by one from element to element."""

    order: str
    left: ir.Value
    right: ir.Value
    rises: bool  # the difference left - right, with the element

    def narrowed(self, piece: Piece, low: ir.Value, high: ir.Value) -> tuple[ir.Value, ir.Value]:
        """The part of the elements [low, high) of the piece where the comparison holds."""
        at_first = arith.subi(_index(piece.scalar(self.left)), _index(piece.scalar(self.right)))
        if self.rises:  # the element t of the piece has the difference at_first + t
            end = arith.subi(index(0 if self.order in ("lt", "ge") else 1), at_first)
            below = self.order in ("lt", "le")
        else:  # at_first - t
            end = at_first if self.order in ("le", "gt") else arith.addi(at_first, index(1))
            below = self.order in ("gt", "ge")
        return (low, named("end", arith.minsi(high, end))) if below else (named("begin", arith.maxsi(low, end)), high)


@dataclass(frozen=True)
class Window:
    """The elements for which all of the bounds hold, none where one of the flags (the same for all elements) is not as it should be."""

    flags: tuple[tuple[ir.Value, bool], ...]
    bounds: tuple[Bound, ...]

    def emit(self, piece: Piece, steps: list[Step], at: BufferAt) -> None:
        """The steps on the window's part of every buffer; nothing where it has no elements."""
        low, high = index(0), _index(piece.builtins.count)
        for bound in self.bounds:
            low, high = bound.narrowed(piece, low, high)
        count = named("valid", arith.subi(high, low))
        some = arith.cmpi(arith.CmpIPredicate.sgt, count, index(0))
        for flag, wanted in self.flags:
            holds = piece.scalar(flag)
            some = arith.andi(some, holds if wanted else arith.xori(holds, arith.constant(holds.type, 1)))
        guarded = scf.IfOp(some)
        outer = piece.first, piece.builtins
        with ir.InsertionPoint(guarded.then_block):
            piece.first = arith.addi(piece.first, low)
            piece.builtins = Builtins(arith.index_cast(ir.IntegerType.get_signless(32), count), piece.builtins.asynchronous)
            emit_all(steps, _views(at, low))
            scf.yield_([])
        piece.first, piece.builtins = outer


def window_of(piece: Piece, condition: ir.Value, *, wanted: bool = True) -> Window:
    """The elements for which a condition holds (or, unless `wanted`, does not); raises NoBuiltin where they are no single stretch that is
    known."""
    flags: list[tuple[ir.Value, bool]] = []
    bounds: list[Bound] = []
    pending = [(condition, wanted)]
    while pending:
        value, wanted = pending.pop()
        op = defining(value)
        if not piece.varies(value):
            flags.append((value, wanted))
        elif op is not None and _negated(op) is not None:
            pending.append((_negated(op), not wanted))
        elif op is not None and _parts(op, wanted):
            pending += _parts(op, wanted)
        elif op is not None and op.name == "arith.cmpi":
            bounds.append(bound_of(piece, ir.IntegerAttr(op.attributes["predicate"]).value, *op.operands, wanted=wanted))
        else:
            raise NoBuiltin("a condition on the element that is no stretch of elements")
    return Window(tuple(flags), tuple(bounds))


def _parts(op: ir.Operation, wanted: bool) -> list[tuple[ir.Value, bool]]:
    """Conditions that all have to be as said for `op` to be as `wanted`; none where it is no such conjunction."""
    if op.name == ("arith.andi" if wanted else "arith.ori"):
        return [(operand, wanted) for operand in op.operands]
    sides = _sides(op)
    if sides is None:
        return []
    condition, yes, no = sides
    if _truth(no) == (not wanted):  # c && yes, or for its opposite: !c || ..., which is (c && !yes)
        return [(condition, True), (yes, wanted)]
    return [(condition, False), (no, wanted)] if _truth(yes) == (not wanted) else []


def _sides(op: ir.Operation) -> tuple[ir.Value, ir.Value, ir.Value] | None:
    """Condition and both values of a choice, which `&&` and `||` of C are; none where a side may only be computed when asked for."""
    if op.name == "arith.select":
        return tuple(op.operands)
    if not is_logic(op) or not all(_may_run_early(inner) for region in op.regions for inner in content(region.blocks[0])):
        return None
    yes, no = (terminator(region.blocks[0]).operands[0] for region in op.regions)
    return op.operands[0], yes, no


def _may_run_early(op: ir.Operation) -> bool:
    """Whether an operation neither reads memory nor can fail."""
    return op.name.startswith("arith.") and op.name not in _DIVISIONS


def is_logic(op: ir.Operation) -> bool:
    """Whether a conditional computes nothing but a truth value."""
    if op.name != "scf.if" or len(op.results) != 1 or str(op.results[0].type) != "i1":
        return False
    return all(is_pure(inner) for region in op.regions for inner in content(region.blocks[0]))


def _truth(value: ir.Value) -> bool | None:
    """The value of a constant condition."""
    op = defining(value)
    return str(op.attributes["value"]).startswith("true") if op is not None and op.name == "arith.constant" else None


def _negated(op: ir.Operation) -> ir.Value | None:
    """What `op` is the negation of."""
    if op.name != "arith.xori":
        return None
    return op.operands[0] if _truth(op.operands[1]) else None


def bound_of(piece: Piece, predicate: int, left: ir.Value, right: ir.Value, *, wanted: bool = True) -> Bound:
    """A comparison (of `arith.cmpi`) as a bound on the element; raises NoBuiltin where its sides do not move by one against each other."""
    order = _PREDICATES.get(predicate)
    if order is None:
        raise NoBuiltin("a comparison of elements for equality, or of unsigned numbers")
    parts = (piece.forms.of(left) - piece.forms.of(right)).split(piece.forms.atom(piece.variable))
    step = parts[0].as_int() if parts is not None else None
    if step not in (1, -1):
        raise NoBuiltin("a comparison that does not move by one from element to element")
    return Bound(order if wanted else _OPPOSITE[order], left, right, step == 1)


def window_of_loop(piece: Piece, loop: ir.Operation) -> tuple[list[ir.Value], Window] | None:
    """The bounds of a serial loop without those that depend on the element, and the window of each iteration; None where none does.

    `for (q = 0; q < min(W - k, 3); ++q)` with the element k: all of them run to 3, an iteration is theirs that are below W - q.
    """
    lower, upper, step = list(loop.operands)[:3]
    if not any(piece.varies(v) for v in (lower, upper, step)):
        return None
    variable = loop.regions[0].blocks[0].arguments[0]
    lower, from_below = _same_for_all(piece, lower, "arith.maxsi")
    upper, from_above = _same_for_all(piece, upper, "arith.minsi")
    if piece.varies(step):
        raise NoBuiltin("a loop whose step depends on the element")
    bounds = [bound_of(piece, 5, variable, limit) for limit in from_below] + [bound_of(piece, 2, variable, limit) for limit in from_above]
    return [lower, upper, step], Window((), tuple(bounds))


def _same_for_all(piece: Piece, bound: ir.Value, extreme: str) -> tuple[ir.Value, list[ir.Value]]:
    """The part of a bound that is the same for all elements, and the others."""
    if not piece.varies(bound):
        return bound, []
    op = defining(bound)
    sides = list(op.operands) if op is not None and op.name == extreme else []
    same = [side for side in sides if not piece.varies(side)]
    if len(same) != 1:
        raise NoBuiltin("a loop whose bound depends on the element alone")
    return same[0], [side for side in sides if side not in same]


def emit_all(steps: list[Step], at: BufferAt) -> None:
    """The steps at the insertion point."""
    for step in steps:
        step.emit(at)


def _views(at: BufferAt, low: ir.Value) -> BufferAt:
    """Buffers from the element `low` on."""

    def view(buffer: Buffer) -> ir.Value:
        whole = at(buffer)
        stored = ir.MemRefType(whole.type)
        kind = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], stored.element_type, memory_space=stored.memory_space)
        return ir.Operation.create("xpiler.view", results=[kind], operands=[whole, low]).result

    return view


def _index(value: ir.Value) -> ir.Value:
    return value if isinstance(value.type, ir.IndexType) else arith.index_cast(ir.IndexType.get(), value)

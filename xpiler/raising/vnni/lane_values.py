"""What one lane of a vector value is, as scalar code made where it is asked for.

Every vector value of the kernel has a `LaneSource`: a rule that builds its lane `l`. Chains of lane-wise
operations so melt into one scalar expression, evaluated inside the loop over lanes that stores or folds it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, memref

from xpiler.diagnostics import Unsupported
from xpiler.raising.places import unsupported as refused
from xpiler.raising.vnni.emission_point import constant, if_value, index, like
from xpiler.raising.vnni.masks import literal

Lane = Callable[[ir.Value], ir.Value]
Indices = Callable[[ir.Value], list[ir.Value]]  # of a lane in memory
BITWISE = ("arith.andi", "arith.ori", "arith.xori")


@dataclass
class LaneSource:
    """A vector of `lanes` elements of type `element`; `lane(l)` builds element l at the insertion point.

    `retyped` builds a lane of the same bits seen as another element type, where that is simpler than shifts
    (`a xor b` on bytes is the xor of the bytes). `cost` counts the arithmetic one lane takes. The lanes of a `listed`
    source have nothing in common: each is best written out.
    """

    lanes: int
    element: ir.Type
    lane: Lane
    retyped: Callable[[ir.Type], LaneSource] | None = None
    cost: int = 0
    listed: bool = False


def bits_of(kind: ir.Type) -> int:
    """Width of a scalar type."""
    if isinstance(kind, ir.IntegerType):
        return ir.IntegerType(kind).width
    return {"f16": 16, "bf16": 16, "f32": 32, "f64": 64}[str(kind)]


def splat(number: ir.Value, lanes: int) -> LaneSource:
    """The same scalar in every lane."""

    def retyped(kind: ir.Type) -> LaneSource:
        if bits_of(kind) == bits_of(number.type):
            return splat(arith.bitcast(kind, number), lanes)
        value = literal(number)
        if value is not None and bits_of(kind) < bits_of(number.type):
            return _pattern(value, bits_of(number.type), kind, lanes)
        return reinterpret(LaneSource(lanes, number.type, lambda _: number), kind)

    return LaneSource(lanes, number.type, lambda _: number, retyped)


def _pattern(value: int, bits: int, kind: ir.Type, lanes: int) -> LaneSource:
    """A wide constant as narrower lanes: one constant where all its pieces are equal."""
    width = bits_of(kind)
    pieces = {(value >> shift) & ((1 << width) - 1) for shift in range(0, bits, width)}
    wide = LaneSource(lanes, ir.IntegerType.get_signless(bits), lambda _: constant(value, ir.IntegerType.get_signless(bits)))
    if len(pieces) > 1:
        return reinterpret(wide, kind)
    piece = pieces.pop()
    signed = piece - (1 << width) if piece >> (width - 1) else piece
    count = lanes * bits // width
    return LaneSource(count, kind, lambda _: constant(signed, kind))


def elementwise(operation: ir.Operation, operands: list[LaneSource], element: ir.Type) -> LaneSource:
    """A lane-wise operation: the scalar operation on the operands' lanes."""
    source = LaneSource(operands[0].lanes, element, lambda lane: like(operation, [o.lane(lane) for o in operands], element))
    source.cost = 1 + sum(o.cost for o in operands)
    source.listed = any(o.listed for o in operands)
    if operation.name in BITWISE:
        source.retyped = lambda kind: (
            elementwise(operation, [view_as(o, kind) for o in operands], kind)
            if isinstance(kind, ir.IntegerType)
            else reinterpret(source, kind)
        )
    return source


def view_as(source: LaneSource, kind: ir.Type) -> LaneSource:
    """The same bits as lanes of another type."""
    if source.element == kind:
        return source
    if source.retyped is not None:
        return source.retyped(kind)
    return reinterpret(source, kind)


def reinterpret(source: LaneSource, kind: ir.Type) -> LaneSource:
    """Bits taken apart or put together by shifts (little-endian: lane 0 in the low bits)."""
    old, new = bits_of(source.element), bits_of(kind)
    lanes = source.lanes * old // new
    if old == new:
        made = LaneSource(lanes, kind, lambda lane: arith.bitcast(kind, source.lane(lane)))
    elif old > new:
        made = LaneSource(lanes, kind, lambda lane: _piece(source, lane, old // new, kind))
    else:
        made = LaneSource(lanes, kind, lambda lane: _joined(source, lane, new // old, kind))
    made.cost = source.cost + 2
    made.retyped = lambda again: view_as(source, again)
    return made


def _as_integer(value: ir.Value) -> ir.Value:
    kind = ir.IntegerType.get_signless(bits_of(value.type))
    return value if value.type == kind else arith.bitcast(kind, value)


def _as_type(value: ir.Value, kind: ir.Type) -> ir.Value:
    return value if value.type == kind else arith.bitcast(kind, value)


def _piece(source: LaneSource, lane: ir.Value, parts: int, kind: ir.Type) -> ir.Value:
    whole = _as_integer(source.lane(arith.divui(lane, index(parts))))
    width = bits_of(kind)
    shift = arith.index_cast(whole.type, arith.muli(arith.remui(lane, index(parts)), index(width)))
    return _as_type(arith.trunci(ir.IntegerType.get_signless(width), arith.shrui(whole, shift)), kind)


def _joined(source: LaneSource, lane: ir.Value, parts: int, kind: ir.Type) -> ir.Value:
    wide = ir.IntegerType.get_signless(bits_of(kind))
    width = bits_of(source.element)
    total: ir.Value | None = None
    for part in range(parts):
        at = arith.addi(arith.muli(lane, index(parts)), index(part))
        piece = arith.extui(wide, _as_integer(source.lane(at)))
        piece = arith.shli(piece, constant(part * width, wide)) if part else piece
        total = piece if total is None else arith.ori(total, piece)
    assert total is not None
    return _as_type(total, kind)


def stored(buffer: ir.Value, lanes: int) -> LaneSource:
    """A vector kept in a scratch array."""
    element = ir.MemRefType(buffer.type).element_type
    return LaneSource(lanes, element, lambda lane: memref.load(buffer, [lane]))


def loaded(base: ir.Value, at: Indices, lanes: int, element: ir.Type) -> LaneSource:
    """A vector in memory, each lane at its own indices of `base`."""
    return LaneSource(lanes, element, lambda lane: memref.load(base, at(lane)))


def masked_load(base: ir.Value, at: Indices, mask: LaneSource, otherwise: LaneSource) -> LaneSource:
    """A load that touches only the lanes of the mask; an expression that names it twice loads once."""
    made: dict[ir.Value, tuple[ir.Block, ir.Value]] = {}

    def lane(number: ir.Value) -> ir.Value:
        here = ir.InsertionPoint.current.block
        if number not in made or made[number][0] != here:
            taken, kind = mask.lane(number), otherwise.element
            made[number] = here, if_value(taken, kind, lambda: memref.load(base, at(number)), lambda: otherwise.lane(number))
        return made[number][1]

    return LaneSource(otherwise.lanes, otherwise.element, lane, cost=1)


def part(source: LaneSource, first: int, lanes: int) -> LaneSource:
    """Lanes `first` to `first + lanes`."""
    return LaneSource(lanes, source.element, lambda lane: source.lane(arith.addi(lane, index(first)) if first else lane), cost=source.cost)


def inserted(piece: LaneSource, into: LaneSource, first: int) -> LaneSource:
    """`into` with `piece` in its lanes from `first` on."""

    def lane(at: ir.Value) -> ir.Value:
        inside = arith.cmpi(arith.CmpIPredicate.ult, arith.subi(at, index(first)), index(piece.lanes))
        return if_value(inside, into.element, lambda: piece.lane(arith.subi(at, index(first))), lambda: into.lane(at))

    return LaneSource(into.lanes, into.element, lane, cost=piece.cost + into.cost + 1)


def gathered(values: list[ir.Value]) -> LaneSource:
    """A vector given lane by lane: numbers in even steps from the lane's number, others by a choice of it."""
    numbers = [literal(value) for value in values]
    stepped = _in_steps(numbers, values[0].type)
    if stepped is not None:
        return stepped

    def lane(at: ir.Value) -> ir.Value:
        known = literal(at)
        if known is not None:
            return values[known]
        chosen = values[-1]
        for position in range(len(values) - 2, -1, -1):
            chosen = arith.select(arith.cmpi(arith.CmpIPredicate.eq, at, index(position)), values[position], chosen)
        return chosen

    return LaneSource(len(values), values[0].type, lane, cost=len(values), listed=True)


def _in_steps(numbers: list[int | None], kind: ir.Type) -> LaneSource | None:
    """Numbers that follow a rule of their lane as that rule; None where they follow none of those here."""
    if len(numbers) < 3 or None in numbers or not isinstance(kind, ir.IntegerType):
        return None
    rule = next((made for made in (_stepped(numbers), _crossed(numbers), _repeated(numbers)) if made is not None), None)
    if rule is None:
        return None
    truth = bits_of(kind) == 1

    def lane(at: ir.Value) -> ir.Value:
        number = rule(at)
        return arith.cmpi(arith.CmpIPredicate.ne, number, index(0)) if truth else arith.index_cast(kind, number)

    return LaneSource(len(numbers), kind, lane, cost=1)


def _stepped(numbers: list[int]) -> Lane | None:
    """`first + step * (lane / run)`: 0, 1, 2, 3 or 0, 0, 4, 4."""
    first, run = numbers[0], next((k for k, number in enumerate(numbers) if number != numbers[0]), len(numbers))
    step = numbers[run] - first if run < len(numbers) else 0
    if numbers != [first + step * (k // run) for k in range(len(numbers))]:
        return None

    def rule(at: ir.Value) -> ir.Value:
        place = arith.divui(at, index(run)) if run > 1 else at
        scaled = arith.muli(place, index(step)) if step != 1 else place
        return arith.addi(scaled, index(first)) if first else scaled

    return rule


def _crossed(numbers: list[int]) -> Lane | None:
    """`lane ^ bits`: neighbours that change places."""
    if numbers != [k ^ numbers[0] for k in range(len(numbers))]:
        return None
    return lambda at: arith.xori(at, index(numbers[0]))


def _repeated(numbers: list[int]) -> Lane | None:
    """A rule in `lane % period`, for a period of a power of two: 0, 1, 0, 1."""
    for period in (2, 4, 8):
        part = numbers[:period]
        rule = _stepped(part)
        if period < len(numbers) and rule is not None and numbers == part * (len(numbers) // period):
            return lambda at, period=period, rule=rule: rule(arith.remui(at, index(period)))
    return None


def unsupported(operation: ir.Operation) -> Unsupported:
    """The refusal of a vector operation that has no rule here."""
    return refused(operation, f"vector operation '{operation.name}' cannot be raised", "write it with lane-wise operations")

"""Operations on vectors, lane by lane: each takes the scalars of its operands and gives those of its result."""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import unsupported
from xpiler.raising.structure import evaluated_constant, walk

Lanes = list[ir.Value]
DYNAMIC = -(2**63)


def picks_lanes_by(loop: ir.Operation) -> bool:
    """Does a lane that the loop's body picks depend on the loop's variable?"""
    variable = loop.regions[0].blocks[0].arguments[0]
    depends = {variable}
    for op in walk(loop):
        if op.name in ("vector.extract", "vector.insert") and any(operand in depends for operand in op.operands):
            return True
        if op.name.startswith("arith.") and any(operand in depends for operand in op.operands):
            depends.update(op.results)
    return False


def _position(op: ir.Operation, dynamic: list[Lanes]) -> int | None:
    """The lane an extract or insert names; None where it is known at run time only."""
    static = list(ir.DenseI64ArrayAttr(op.attributes["static_position"]))
    if len(static) != 1:
        raise unsupported(op, "a vector of vectors")
    return static[0] if static[0] != DYNAMIC else evaluated_constant(dynamic[0][0])


def _extract(emit: EmissionPoint, op: ir.Operation, operands: list[Lanes]) -> Lanes:
    lanes, position = operands[0], _position(op, operands[1:])
    if position is not None:
        return [lanes[position]]
    chosen = lanes[0]
    for number, lane in enumerate(lanes[1:], 1):
        chosen = emit.select(emit.compare("eq", operands[1][0], emit.constant(number)), lane, chosen)
    return [chosen]


def _insert(emit: EmissionPoint, op: ir.Operation, operands: list[Lanes]) -> Lanes:
    (scalar,), lanes, position = operands[0], operands[1], _position(op, operands[2:])
    if position is not None:
        return [scalar if number == position else lane for number, lane in enumerate(lanes)]
    return [emit.select(emit.compare("eq", operands[2][0], emit.constant(number)), scalar, lane) for number, lane in enumerate(lanes)]


def _constant(emit: EmissionPoint, op: ir.Operation, operands: list[Lanes]) -> Lanes:
    value, type_ = op.attributes["value"], op.results[0].type
    if not isinstance(type_, ir.VectorType):
        return [emit.value("arith.constant", type_, value=value)]
    count = type_.shape[0]
    if value.is_splat:
        return [emit.value("arith.constant", type_.element_type, value=value.get_splat_value())] * count
    if isinstance(type_.element_type, ir.IntegerType):
        return [emit.constant(int(value[number]), type_.element_type) for number in range(count)]
    return [emit.float_constant(float(value[number]), type_.element_type) for number in range(count)]


def _undefined(emit: EmissionPoint, op: ir.Operation, operands: list[Lanes]) -> Lanes:
    """An uninitialised vector: any value will do, zero is one."""
    type_ = op.results[0].type
    scalar = type_.element_type if isinstance(type_, ir.VectorType) else type_
    integer = isinstance(scalar, ir.IntegerType | ir.IndexType)
    zero = emit.constant(0, scalar) if integer else emit.float_constant(0.0, scalar)
    return [zero] * (type_.shape[0] if isinstance(type_, ir.VectorType) else 1)


def _broadcast(emit: EmissionPoint, op: ir.Operation, operands: list[Lanes]) -> Lanes:
    return operands[0] * op.results[0].type.shape[0] if len(operands[0]) == 1 else operands[0]


def _elements(emit: EmissionPoint, op: ir.Operation, operands: list[Lanes]) -> Lanes:
    return [lane for lanes in operands for lane in lanes]


def _load(emit: EmissionPoint, op: ir.Operation, operands: list[Lanes]) -> Lanes:
    (base,), *indices = operands
    *outer, (inner,) = indices
    before = [lanes[0] for lanes in outer]
    return [emit.load(base, [*before, emit.add(inner, emit.constant(number))]) for number in range(op.results[0].type.shape[0])]


def _shuffle(emit: EmissionPoint, op: ir.Operation, operands: list[Lanes]) -> Lanes:
    both = operands[0] + operands[1]
    return [both[number] for number in ir.DenseI64ArrayAttr(op.attributes["mask"])]


def _bitcast(emit: EmissionPoint, op: ir.Operation, operands: list[Lanes]) -> Lanes:
    """The same bits in other lanes, the first in the low bits."""
    source, target = op.operands[0].type.element_type, op.results[0].type.element_type
    words = [_as_integer(emit, lane, source) for lane in operands[0]]
    if source.width > target.width:
        words = [part for word in words for part in _parts(emit, word, source.width, target.width)]
    elif source.width < target.width:
        step = target.width // source.width
        words = [_joined(emit, words[first : first + step], target.width) for first in range(0, len(words), step)]
    integer = emit.integer_type(target.width)
    return [word if target == integer else emit.value("arith.bitcast", target, word) for word in words]


def _as_integer(emit: EmissionPoint, lane: ir.Value, type_: ir.Type) -> ir.Value:
    return lane if isinstance(type_, ir.IntegerType) else emit.value("arith.bitcast", emit.integer_type(type_.width), lane)


def _parts(emit: EmissionPoint, word: ir.Value, width: int, part: int) -> Lanes:
    shifted = [
        emit.value("arith.shrui", word.type, word, emit.constant(shift, word.type)) if shift else word for shift in range(0, width, part)
    ]
    return [emit.value("arith.trunci", emit.integer_type(part), each) for each in shifted]


def _joined(emit: EmissionPoint, parts: Lanes, width: int) -> ir.Value:
    type_ = emit.integer_type(width)
    joined = emit.value("arith.extui", type_, parts[0])
    for number, part in enumerate(parts[1:], 1):
        wide = emit.value("arith.extui", type_, part)
        shifted = emit.value("arith.shli", type_, wide, emit.constant(number * part.type.width, type_))
        joined = emit.value("arith.ori", type_, joined, shifted)
    return joined


LANE_OPS = {
    "arith.constant": _constant,
    "ub.poison": _undefined,
    "vector.extract": _extract,
    "vector.insert": _insert,
    "vector.broadcast": _broadcast,
    "vector.from_elements": _elements,
    "vector.load": _load,
    "vector.shuffle": _shuffle,
    "vector.bitcast": _bitcast,
}

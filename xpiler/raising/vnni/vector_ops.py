"""The lane rule of every vector operation: what it defines, or the loop it becomes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mlir import ir
from mlir.dialects import arith, memref, scf

from xpiler.analysis.reductions import identity
from xpiler.raising.vnni import lane_values as lanes_of
from xpiler.raising.vnni.emission_point import constant, index, lane_fold, lane_loop
from xpiler.raising.vnni.lane_values import LaneSource, unsupported
from xpiler.raising.vnni.like_elements import alike
from xpiler.raising.vnni.masks import mask_bit
from xpiler.raising.vnni.meanings import meaning

if TYPE_CHECKING:
    from xpiler.raising.vnni.devectorize import Rebuilder

Rule = Callable[["Rebuilder", ir.Operation], None]


def rebuild(rebuilder: Rebuilder, operation: ir.Operation) -> None:
    """Applies the operation's rule; lane-wise arithmetic needs none of its own."""
    rule = RULES.get(operation.name)
    if rule is not None:
        rule(rebuilder, operation)
    elif operation.name.startswith("vnni."):
        operands = [rebuilder.vector(v) for v in operation.operands]
        rebuilder.vectors[operation.results[0]] = meaning(operation, operands, _kind(operation))
    elif operation.name.startswith(("arith.", "math.")) and len(operation.results) == 1:
        operands = [_as_source(rebuilder, v, operation) for v in operation.operands]
        rebuilder.define(operation.results[0], lanes_of.elementwise(operation, operands, _kind(operation).element_type))
    else:
        raise unsupported(operation)


def _kind(operation: ir.Operation) -> ir.VectorType:
    return ir.VectorType(operation.results[0].type)


def _as_source(rebuilder: Rebuilder, value: ir.Value, operation: ir.Operation) -> LaneSource:
    if isinstance(value.type, ir.VectorType):
        return rebuilder.vector(value)
    return lanes_of.splat(rebuilder.scalar(value), _kind(operation).shape[0])


def _element(rebuilder: Rebuilder, values: list[ir.Value]) -> Callable[[ir.Value], list[ir.Value]]:
    """The indices of a lane of an access: lanes follow each other in the last dimension (an array of registers has one more)."""
    *outer, first = [rebuilder.scalar(value) for value in values] or [index(0)]
    return lambda lane: [*outer, arith.addi(first, lane)]


def _constant(rebuilder: Rebuilder, operation: ir.Operation) -> None:
    attribute, kind = ir.DenseElementsAttr(operation.attributes["value"]), _kind(operation)
    result = operation.results[0]
    if attribute.is_splat:
        rebuilder.define(result, lanes_of.splat(arith.constant(kind.element_type, attribute.get_splat_value()), kind.shape[0]))
        return
    dense = ir.DenseIntElementsAttr if isinstance(kind.element_type, ir.IntegerType) else ir.DenseFPElementsAttr
    numbers = [dense(attribute)[k] for k in range(kind.shape[0])]
    rebuilder.define(result, lanes_of.gathered([constant(number, kind.element_type) for number in numbers]))


def _broadcast(rebuilder: Rebuilder, operation: ir.Operation) -> None:
    value = operation.operands[0]
    if isinstance(value.type, ir.VectorType):
        raise unsupported(operation)
    rebuilder.define(operation.results[0], lanes_of.splat(rebuilder.scalar(value), _kind(operation).shape[0]))


def _from_elements(rebuilder: Rebuilder, operation: ir.Operation) -> None:
    lane = alike(rebuilder, list(operation.operands))
    if lane is not None:  # taken now: it may read memory
        source = LaneSource(len(operation.operands), _kind(operation).element_type, lane)
        rebuilder.vectors[operation.results[0]] = rebuilder.materialized(source)
        return
    values = [rebuilder.scalar(v) for v in operation.operands]
    same = len(set(operation.operands)) == 1
    rebuilder.define(operation.results[0], lanes_of.splat(values[0], len(values)) if same else lanes_of.gathered(values))


def _bitcast(rebuilder: Rebuilder, operation: ir.Operation) -> None:
    kind, source = _kind(operation), rebuilder.vector(operation.operands[0])
    one_bit = ir.IntegerType.get_signless(1)
    if kind.element_type == one_bit and source.lanes == 1:
        lanes = kind.shape[0]
        mask = source.lane(index(0))
        made = LaneSource(lanes, one_bit, lambda lane: mask_bit(mask, lane, lanes))
    elif source.element == one_bit:
        made = LaneSource(1, kind.element_type, lambda _: _packed(source, kind.element_type))
    else:
        made = lanes_of.view_as(source, kind.element_type)
    rebuilder.define(operation.results[0], made)


def _packed(source: LaneSource, kind: ir.Type) -> ir.Value:
    """Mask bits as an integer, by a fold over the lanes."""

    def combine(lane: ir.Value, so_far: ir.Value) -> ir.Value:
        bit = arith.extui(kind, source.lane(lane))
        return arith.ori(so_far, arith.shli(bit, arith.index_cast(kind, lane)))

    return lane_fold(source.lanes, constant(0, kind), combine)


def _load(rebuilder: Rebuilder, operation: ir.Operation) -> None:
    base, *indices = operation.operands
    kind = _kind(operation)
    source = lanes_of.loaded(rebuilder.scalar(base), _element(rebuilder, indices), kind.shape[0], kind.element_type)
    rebuilder.define(operation.results[0], source)


def _masked_load(rebuilder: Rebuilder, operation: ir.Operation) -> None:
    base, *indices, mask, otherwise = operation.operands
    element = _element(rebuilder, indices)
    made = lanes_of.masked_load(rebuilder.scalar(base), element, rebuilder.vector(mask), rebuilder.vector(otherwise))
    rebuilder.define(operation.results[0], made)


def _store(rebuilder: Rebuilder, operation: ir.Operation) -> None:
    value, base, *indices = operation.operands
    source, target = rebuilder.vector(value), rebuilder.scalar(base)
    element = _element(rebuilder, indices)

    def put(lane: ir.Value) -> None:
        memref.store(source.lane(lane), target, element(lane))

    if source.listed:
        for number in range(source.lanes):
            put(index(number))
    else:
        lane_loop(source.lanes, put)


def _masked_store(rebuilder: Rebuilder, operation: ir.Operation) -> None:
    base, *indices, mask, value = operation.operands
    source, bits, target = rebuilder.vector(value), rebuilder.vector(mask), rebuilder.scalar(base)
    element = _element(rebuilder, indices)

    def body(lane: ir.Value) -> None:
        guard = scf.IfOp(bits.lane(lane))
        with ir.InsertionPoint(guard.then_block):
            memref.store(source.lane(lane), target, element(lane))
            scf.yield_([])

    lane_loop(source.lanes, body)


def _reduction(rebuilder: Rebuilder, operation: ir.Operation) -> None:
    source = rebuilder.vector(operation.operands[0])
    kind = str(operation.attributes["kind"]).split("<")[1].rstrip(">")
    start = identity(OPERATORS[kind][isinstance(source.element, ir.IntegerType)], source.element)
    result = lane_fold(source.lanes, start, lambda lane, so_far: COMBINERS[kind](so_far, source.lane(lane)))
    rebuilder.scalars[operation.results[0]] = result


# Kind of a reduction -> the operator of floats and of integers, which has an identity to start from.
OPERATORS = {
    "add": ("arith.addf", "arith.addi"), "mul": ("arith.mulf", "arith.muli"), "and": ("", "arith.andi"), "or": ("", "arith.ori"),
    "xor": ("", "arith.xori"), "maxsi": ("", "arith.maxsi"), "minsi": ("", "arith.minsi"), "maxui": ("", "arith.maxui"),
    "minui": ("", "arith.minui"), "maxnumf": ("arith.maxnumf", ""), "minnumf": ("arith.minnumf", ""),
    "maximumf": ("arith.maximumf", ""), "minimumf": ("arith.minimumf", ""),
}  # fmt: skip


def _sum(a: ir.Value, b: ir.Value) -> ir.Value:
    return arith.addi(a, b) if isinstance(a.type, ir.IntegerType) else arith.addf(a, b)


def _product(a: ir.Value, b: ir.Value) -> ir.Value:
    return arith.muli(a, b) if isinstance(a.type, ir.IntegerType) else arith.mulf(a, b)


COMBINERS = {
    "add": _sum,
    "mul": _product,
    "and": arith.andi,
    "or": arith.ori,
    "xor": arith.xori,
    "maxnumf": arith.maxnumf,
    "minnumf": arith.minnumf,
    "maximumf": arith.maximumf,
    "minimumf": arith.minimumf,
    "maxsi": arith.maxsi,
    "minsi": arith.minsi,
    "maxui": arith.maxui,
    "minui": arith.minui,
}


def _static(operation: ir.Operation, name: str) -> list[int]:
    return [ir.IntegerAttr(a).value for a in ir.ArrayAttr(operation.attributes[name])]


def _extract(rebuilder: Rebuilder, operation: ir.Operation) -> None:
    rebuilder.scalars[operation.results[0]] = rebuilder.vector(operation.operands[0]).lane(_position(rebuilder, operation, 1))


def _position(rebuilder: Rebuilder, operation: ir.Operation, first: int) -> ir.Value:
    """Which lane an operation takes: a number, or its operand from `first` on."""
    given = list(operation.operands)[first:]
    return rebuilder.scalar(given[0]) if given else index(ir.DenseI64ArrayAttr(operation.attributes["static_position"])[0])


def _insert(rebuilder: Rebuilder, operation: ir.Operation) -> None:
    """A vector with another scalar in one lane."""
    scalar, into = rebuilder.scalar(operation.operands[0]), rebuilder.vector(operation.operands[1])
    place = _position(rebuilder, operation, 2)

    def lane(at: ir.Value) -> ir.Value:
        return arith.select(arith.cmpi(arith.CmpIPredicate.eq, at, place), scalar, into.lane(at))

    made = LaneSource(into.lanes, into.element, lane, cost=into.cost + 2, listed=into.listed)
    rebuilder.define(operation.results[0], made)


def _extract_slice(rebuilder: Rebuilder, operation: ir.Operation) -> None:
    source = rebuilder.vector(operation.operands[0])
    rebuilder.define(operation.results[0], lanes_of.part(source, _static(operation, "offsets")[0], _kind(operation).shape[0]))


def _insert_slice(rebuilder: Rebuilder, operation: ir.Operation) -> None:
    piece, into = (rebuilder.vector(v) for v in operation.operands)
    rebuilder.define(operation.results[0], lanes_of.inserted(piece, into, _static(operation, "offsets")[0]))


def _permute(rebuilder: Rebuilder, operation: ir.Operation) -> None:
    """Lane l: the source's lane index[l], modulo the lanes. Taken now: a store may otherwise change what later lanes read."""
    source, places = (rebuilder.vector(v) for v in operation.operands)

    def lane(at: ir.Value) -> ir.Value:
        place = arith.index_castui(ir.IndexType.get(), places.lane(at))
        return source.lane(arith.remui(place, index(source.lanes)))

    made = LaneSource(source.lanes, source.element, lane, cost=source.cost + places.cost + 1)
    rebuilder.vectors[operation.results[0]] = rebuilder.materialized(made)


RULES: dict[str, Rule] = {
    "vnni.permute": _permute,
    "arith.constant": _constant,
    "vector.broadcast": _broadcast,
    "vector.from_elements": _from_elements,
    "vector.bitcast": _bitcast,
    "vector.load": _load,
    "vector.maskedload": _masked_load,
    "vector.store": _store,
    "vector.maskedstore": _masked_store,
    "vector.reduction": _reduction,
    "vector.extract": _extract,
    "vector.insert": _insert,
    "vector.extract_strided_slice": _extract_slice,
    "vector.insert_strided_slice": _insert_slice,
}

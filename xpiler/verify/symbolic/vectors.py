"""Vectors of one dimension: a value that depends on the coordinate of the lane."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from mlir import ir

from xpiler.dialects.words import ASYNC
from xpiler.verify.limits import NotModelled
from xpiler.verify.model.integers import width_of
from xpiler.verify.model.memory import SIZES
from xpiler.verify.model.memory_ops import element_type
from xpiler.verify.model.reals import NARROW
from xpiler.verify.model.vector_ops import _alignment as alignment_of
from xpiler.verify.symbolic.carried import lanes_of
from xpiler.verify.symbolic.evaluate import lane_number
from xpiler.verify.symbolic.integers import Int
from xpiler.verify.symbolic.memory import index_of, pointer_of
from xpiler.verify.symbolic.moved_lanes import moved, picked
from xpiler.verify.symbolic.program import LANE, Condition, Held
from xpiler.verify.symbolic.scalars import choose
from xpiler.verify.symbolic.sets import EVERYWHERE, PwAff, Set, choice, name, number
from xpiler.verify.symbolic.walker import HANDLERS, Walker, handles
from xpiler.verify.terms.term import Term, make

LANES = Int.of(name(LANE))


@dataclass(frozen=True, eq=False)
class FirstLanes:
    """An integer mask: 2^count - 1, or 2^count while one is still to be taken away; poison where it is not valid."""

    count: PwAff
    valid: Set = EVERYWHERE
    is_power: bool = False


@handles("vector.broadcast")
def broadcast(w: Walker, op: ir.Operation) -> None:
    """The same in every lane."""
    if isinstance(op.operands[0].type, ir.VectorType):
        raise NotModelled("a broadcast of a vector")
    w.env[op.results[0]] = w.env[op.operands[0]]


@handles("vector.load")
def load(w: Walker, op: ir.Operation) -> None:
    """Consecutive elements, one a lane."""
    pointer, lanes = pointer_of(w, op.operands[0]), lanes_of(op.results[0].type)
    index = index_of(w, pointer, list(op.operands)[1:])
    _check_alignment(w, op, op.operands[0], pointer.offset.plus(index), lanes)
    w.env[op.results[0]] = w.load(pointer, index.plus(LANES), lanes)


@handles("vector.store")
def store(w: Walker, op: ir.Operation) -> None:
    """Consecutive elements, one a lane."""
    if ASYNC in op.attributes:
        raise NotModelled("an asynchronous copy")
    pointer, lanes = pointer_of(w, op.operands[1]), lanes_of(op.operands[0].type)
    index = index_of(w, pointer, list(op.operands)[2:])
    _check_alignment(w, op, op.operands[1], pointer.offset.plus(index), lanes)
    w.store(pointer, index.plus(LANES), w.env[op.operands[0]], lanes)


def _check_alignment(w: Walker, op: ir.Operation, base: ir.Value, index: Int, lanes: int) -> None:
    """A wide access on a platform that asks for it starts at a multiple of its width (the executor's rule, model.vector_ops)."""
    bytes_ = alignment_of(op, base, lanes)
    if "alignment" in op.attributes and isinstance(base, ir.BlockArgument):
        raise NotModelled("an aligned access to a parameter whose alignment is not known")
    size = SIZES[element_type(base)]
    if bytes_ > size:
        multiple = number(bytes_ // size)
        for symbols, part in index.parts.items():
            factors = (part, *(w.symbols.value(symbol) for symbol in symbols))
            whole = [factor.tdiv_r(multiple).eq_set(number(0)) for factor in factors]
            w.require(functools.reduce(Set.union, whole), "the alignment of a wide access")


@handles("vector.maskedload")
def masked_load(w: Walker, op: ir.Operation) -> None:
    """Lanes that the mask leaves out have the other operand's value and touch nothing."""
    base, *indices, mask, otherwise = op.operands
    pointer, condition = pointer_of(w, base), w.env[mask]
    if not isinstance(condition, Condition):
        raise NotModelled("a mask that depends on data")
    with w.under(condition.yes):
        value = w.load(pointer, index_of(w, pointer, indices).plus(LANES), lanes_of(op.results[0].type))
    w.env[op.results[0]] = choose(condition, value, w.env[otherwise])


@handles("vector.maskedstore")
def masked_store(w: Walker, op: ir.Operation) -> None:
    """Only lanes of the mask."""
    base, *indices, mask, value = op.operands
    pointer = pointer_of(w, base)
    with w.under(w.condition(mask)):
        w.store(pointer, index_of(w, pointer, indices).plus(LANES), w.env[value], lanes_of(op.operands[len(op.operands) - 1].type))


REDUCTIONS = {"add": "add", "maxnumf": "max", "maximumf": "max", "minnumf": "min", "minimumf": "min"}


@handles("vector.reduction")
def reduction(w: Walker, op: ir.Operation) -> None:
    """All lanes combined."""
    kind = str(op.attributes["kind"]).partition("<")[2].rstrip("> ")
    type_ = str(op.results[0].type)
    if kind not in REDUCTIONS or type_[0] == "i" or type_ in NARROW:
        raise NotModelled(f"a vector reduction of kind '{kind}'")
    total = make("lanes", REDUCTIONS[kind], lanes_of(op.operands[0].type), w.term(op.operands[0]))
    if len(op.operands) > 1:
        total = make(REDUCTIONS[kind], w.term(op.operands[1]), total)
    w.env[op.results[0]] = total


@handles("vector.extract")
def extract(w: Walker, op: ir.Operation) -> None:
    """One lane, by a number that data does not decide."""
    positions = list(ir.DenseI64ArrayAttr(op.attributes["static_position"]))
    value = w.env[op.operands[0]]
    if len(positions) != 1:
        raise NotModelled("a lane of a vector of several dimensions")
    position = positions[0] if positions[0] >= 0 else Held(_position(w, op))
    if isinstance(value, Int):
        w.env[op.results[0]] = value.substitute({LANE: lane_number(position)})
    else:
        w.env[op.results[0]] = make("lane", position, w.term(op.operands[0]))


def _position(w: Walker, op: ir.Operation) -> PwAff:
    """A lane chosen at run time, which the vector has."""
    position = w.affine(op.operands[1], "a lane")
    within_ = position.ge_set(number(0)).intersect(position.lt_set(number(lanes_of(op.operands[0].type))))
    w.require(within_, "a lane within its vector")
    return position


@handles("vector.insert")
def insert(w: Walker, op: ir.Operation) -> None:
    """One lane by a constant, the others as they were: what they hold is asked for where they are used."""
    positions = list(ir.DenseI64ArrayAttr(op.attributes["static_position"]))
    value, vector = (w.env[v] for v in list(op.operands)[:2])
    if len(positions) != 1 or positions[0] < 0:
        raise NotModelled("a lane that is not a constant")
    w.env[op.results[0]] = choose(Condition(name(LANE).eq_set(number(positions[0]))), value, vector)


@handles("vector.from_elements")
def from_elements(w: Walker, op: ir.Operation) -> None:
    """Lanes one by one, or other vectors' lanes in other places; one that stands for all bits of a mask stays what it is."""
    origins = picked(op)
    whole = None if origins is None else moved([w.env[v] for v in origins[0]], origins[1])
    if whole is not None:
        w.env[op.results[0]] = whole
        return
    values = [w.env[v] for v in op.operands]
    result = values[-1]
    for lane, value in reversed(list(enumerate(values[:-1]))):
        result = choose(Condition(name(LANE).eq_set(number(lane))), value, result)
    w.env[op.results[0]] = result


@handles("vector.bitcast")
def bitcast(w: Walker, op: ir.Operation) -> None:
    """A mask's bits as lanes, or nothing."""
    value = w.env[op.operands[0]]
    source, target = (ir.VectorType(v.type) for v in (op.operands[0], op.results[0]))
    owner = op.operands[0].owner
    before = None if isinstance(owner, ir.Block) or owner.operation.name != op.name else owner.operation.operands[0]
    if source == target:
        w.env[op.results[0]] = value
    elif before is not None and before.type == op.results[0].type:
        w.env[op.results[0]] = w.env[before]  # there and back
    elif is_lane_by_lane(source, target) and isinstance(value, Term | Int):
        w.env[op.results[0]] = make("bitcast", str(source.element_type), str(target.element_type), _number_or_term(value))
    elif str(target.element_type) != "i1" and isinstance(value, Term):
        w.env[op.results[0]] = make("retyped", str(source), str(target), value)
    elif source.shape[0] == 1 and str(target.element_type) == "i1":
        w.env[op.results[0]] = Condition(_bits(w, value, width_of(str(source.element_type))))
    else:
        raise NotModelled(f"a vector of {source.element_type} taken as one of {target.element_type}")


def is_lane_by_lane(source: ir.VectorType, target: ir.VectorType) -> bool:
    """Whether each lane's bits are seen as one lane of another type."""
    types = [str(t.element_type) for t in (source, target)]
    return source.shape == target.shape and "i1" not in types and SIZES[types[0]] == SIZES[types[1]]


def _number_or_term(value: Term | Int) -> Term | int:
    if isinstance(value, Term):
        return value
    if value.constant is None:
        raise NotModelled("an integer of coordinates taken as a float")
    return value.constant


def _bits(w: Walker, value: object, width: int) -> Set:
    """The lanes whose bit is set."""
    mask = as_mask(value, width)
    if mask is None:
        raise NotModelled("a mask that is not one of the first lanes")
    w.require(mask.valid, "a shift within the width")
    return name(LANE).lt_set(mask.count)


def as_mask(value: object, width: int) -> FirstLanes | None:
    """An integer as a mask of the first lanes, if it is one."""
    if isinstance(value, FirstLanes):
        return None if value.is_power else value
    number_ = value.constant if isinstance(value, Int) else None
    if number_ is None:
        return None
    number_ %= 1 << width
    return FirstLanes(number(number_.bit_length())) if number_ & (number_ + 1) == 0 else None


def _masks(w: Walker, op: ir.Operation) -> object:
    """What an operation makes of masks of the first lanes; None where it is none of these."""
    operands = [w.env[v] for v in op.operands]
    width = width_of(str(op.results[0].type)) if str(op.results[0].type)[0] == "i" else 0
    if op.name == "arith.shli" and isinstance(operands[0], Int) and operands[0].constant == 1:
        return _power(w, operands[1], width)
    if op.name in ("arith.subi", "arith.addi") and isinstance(operands[0], FirstLanes) and operands[0].is_power:
        one = operands[1].constant if isinstance(operands[1], Int) else None
        if one == (1 if op.name == "arith.subi" else -1):
            return FirstLanes(operands[0].count, operands[0].valid)
    if op.name in ("arith.trunci", "arith.extui") and isinstance(operands[0], FirstLanes) and not operands[0].is_power:
        return FirstLanes(operands[0].count.min(number(width)), operands[0].valid)  # the low bits are those of the first lanes
    if op.name == "arith.select" and any(isinstance(v, FirstLanes) for v in operands):
        yes, no = (as_mask(v, width) for v in operands[1:])
        if yes is not None and no is not None and isinstance(operands[0], Condition):
            return either_mask(operands[0], yes, no)
    return None


def _power(w: Walker, count: object, width: int) -> FirstLanes | None:
    if not isinstance(count, Int) or count.constant is not None:
        return None
    value = count.affine(w.symbols)
    return FirstLanes(value, value.ge_set(number(0)).intersect(value.lt_set(number(width))), is_power=True)


def either_mask(condition: Condition, yes: FirstLanes, no: FirstLanes) -> FirstLanes:
    """One of two masks; only the one that is taken must be valid."""
    valid = yes.valid.intersect_params(condition.yes).union(no.valid.subtract(condition.yes))
    return FirstLanes(choice(condition.yes, yes.count, no.count), valid)


def _with_masks(handler):
    def apply(w: Walker, op: ir.Operation) -> None:
        found = _masks(w, op) if len(op.results) == 1 and not isinstance(op.results[0].type, ir.VectorType) else None
        if found is None:
            if any(isinstance(w.env[v], FirstLanes) for v in op.operands):
                raise NotModelled("arithmetic on lane masks")
            handler(w, op)
        else:
            w.env[op.results[0]] = found

    return apply


HANDLERS["arith.*"] = _with_masks(HANDLERS["arith.*"])
HANDLERS["arith.select"] = _with_masks(HANDLERS["arith.select"])
__all__ = ["Held"]

"""Integer and float operations: integers that are known stay known, everything else is a term, as the executor makes it."""

from __future__ import annotations

from mlir import ir

from xpiler.verify.limits import NotModelled
from xpiler.verify.model import reals
from xpiler.verify.model.integers import width_of
from xpiler.verify.model.scalar_ops import element_of, scalar_function
from xpiler.verify.symbolic import digits, flat, shares, tile_strides
from xpiler.verify.symbolic.divisions import divided, of_lanes
from xpiler.verify.symbolic.integers import Int, selected
from xpiler.verify.symbolic.program import Condition, Held, Pointer
from xpiler.verify.symbolic.ranges import fits, in_range, nonnegative
from xpiler.verify.symbolic.sets import EVERYWHERE, NOWHERE, coordinates, number
from xpiler.verify.symbolic.walker import Walker, handles
from xpiler.verify.terms.term import Term, make

SIGNED = {0: "eq_set", 1: "ne_set", 2: "lt_set", 3: "le_set", 4: "gt_set", 5: "ge_set"}
UNSIGNED = {6: "lt_set", 7: "le_set", 8: "gt_set", 9: "ge_set"}

LARGE_FACTOR = 1 << 20  # with a smaller one no size leaves 64 bits (proof.MOST_BITS)


@handles("arith.constant")
def constant(w: Walker, op: ir.Operation) -> None:
    """A number, a truth value, or a float; of a vector only one that all lanes share."""
    attribute, type_ = op.attributes["value"], op.results[0].type
    if isinstance(type_, ir.VectorType):
        dense = ir.DenseElementsAttr(attribute)
        if not dense.is_splat:
            raise NotModelled("a constant vector of different lanes")
        attribute, type_ = dense.get_splat_value(), ir.VectorType(type_).element_type
    w.env[op.results[0]] = _literal(attribute, str(type_))


def _literal(attribute: ir.Attribute, type_: str):
    if type_ == "i1":
        return Condition(EVERYWHERE if int(attribute.value) else NOWHERE)
    if type_[0] == "i":
        return Int.of(int(attribute.value))
    return reals.literal(ir.FloatAttr(attribute).value)


@handles("arith.*", "math.*")
def scalar(w: Walker, op: ir.Operation) -> None:
    """Any other operation: on known integers exactly, else the term that the executor makes."""
    operands = [w.env[v] for v in op.operands]
    name = op.name.removeprefix("arith.")
    if all(isinstance(v, Int) for v in operands) and name in KNOWN:
        w.env[op.results[0]] = KNOWN[name](w, op, *operands)
        return
    if all(isinstance(v, Condition) for v in operands) and name in LOGIC:
        w.env[op.results[0]] = Condition(LOGIC[name](*(v.yes for v in operands)))
        return
    if name in FROM_CONDITION and isinstance(operands[0], Condition):
        w.env[op.results[0]] = FROM_CONDITION[name](operands[0].yes)
        return
    w.env[op.results[0]] = scalar_function(op)(*(_data(v) for v in operands))


def _data(value: object) -> object:
    """An operand of a term: known numbers as such."""
    if isinstance(value, Int):
        return value.constant if value.constant is not None else make("known", Held(value))
    if isinstance(value, Condition):
        return make("holds", Held(value.yes))
    if isinstance(value, Pointer):
        raise NotModelled("a pointer as data")
    return value


def add(w: Walker, op: ir.Operation, a: Int, b: Int) -> Int:
    """Sum."""
    return flat.renumbered(w, in_range(w, op, a.plus(b)))


def sub(w: Walker, op: ir.Operation, a: Int, b: Int) -> Int:
    """Difference."""
    return in_range(w, op, a.plus(b, -1))


def mul(w: Walker, op: ir.Operation, a: Int, b: Int) -> Int:
    """Product; a coordinate that has one value here is that value."""
    factors = _settled(w, a), _settled(w, b)
    try:
        product = in_range(w, op, shares.times(*factors, w.symbols, w.tasks))
    except NotModelled:
        product = tile_strides.product(w, *factors)
        if product is None:
            raise
    if any(abs(f.constant or 0) > LARGE_FACTOR for f in factors) and set(product.parts) == {()}:
        w.box.require(fits(product, width_of(element_of(op.results[0].type))), w.domain)
    return product


def _settled(w: Walker, value: Int) -> Int:
    """An integer that depends on a coordinate in its text only, as the constant it is."""
    only = value.parts.get((), None)
    if len(value.parts) != 1 or only is None or only.is_cst() or all(w.symbols.is_size(of) for of in coordinates(only)):
        return value
    here = only.intersect_params(w.domain.intersect_params(w.box.sizes))
    low, high = here.min_val(), here.max_val()
    return Int.of(low.to_python()) if low.is_int() and high.is_int() and low == high else value


def extremum(which: str, signed: bool):
    """Minimum and maximum."""

    def apply(w: Walker, op: ir.Operation, a: Int, b: Int) -> Int:
        if not signed and not (nonnegative(w, a) and nonnegative(w, b)):
            raise NotModelled("an unsigned comparison of what may be negative")
        values = [v.affine(w.symbols, "an operand of a minimum") for v in (a, b)]
        return Int.of(getattr(values[0], which)(values[1]).coalesce())

    return apply


def shifted_left(w: Walker, op: ir.Operation, a: Int, b: Int) -> Int:
    """x << k = 2^k x for a constant k; 1 << k is what masks of the first k lanes are made of."""
    count = b.constant
    if count is not None and 0 <= count < width_of(element_of(op.results[0].type)):
        return mul(w, op, a, Int.of(1 << count))
    raise NotModelled("a shift by something that is not a constant")


def shifted_right(signed: bool):
    """x >> k = floor(x / 2^k) for a constant k."""

    def apply(w: Walker, op: ir.Operation, a: Int, b: Int) -> Int:
        count = b.constant
        if count is None or not 0 <= count < width_of(element_of(op.results[0].type)):
            raise NotModelled("a shift by something that is not a constant")
        if not signed and not nonnegative(w, a):
            raise NotModelled("an unsigned shift of what may be negative")
        return of_lanes(w, a.affine(w.symbols).div(number(1 << count)).floor())

    return apply


def bits_and(w: Walker, op: ir.Operation, a: Int, b: Int) -> Int:
    """x & (2^k - 1) = x mod 2^k for x >= 0."""
    mask = b.constant if b.constant is not None else a.constant
    value = a if b.constant is not None else b
    if mask is None or mask < 0 or mask & (mask + 1) or not nonnegative(w, value):
        raise NotModelled("a bit operation on integers")
    return of_lanes(w, value.affine(w.symbols).tdiv_r(number(mask + 1)))


def compared(w: Walker, op: ir.Operation, a: Int, b: Int) -> Condition:
    """A comparison; unsigned only of what is not negative."""
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    if predicate in UNSIGNED and not (nonnegative(w, a) and nonnegative(w, b)):
        raise NotModelled("an unsigned comparison of what may be negative")
    sign = _sign_of_digits(w, a.plus(b, -1))
    if sign is not None:
        return Condition(sign.of({**SIGNED, **UNSIGNED}[predicate]))
    values = _comparable(w, a, b)
    return Condition(getattr(values[0], {**SIGNED, **UNSIGNED}[predicate])(values[1]))


def _sign_of_digits(w: Walker, difference: Int) -> digits.Sign | None:
    """Where a difference in digits of sizes is negative or zero; None of what isl sees by itself."""
    if all(m == () or part.is_cst() for m, part in difference.parts.items()):
        return None
    return digits.sign(difference, w.symbols, w.domain.intersect_params(w.box.sizes))


def _comparable(w: Walker, a: Int, b: Int):
    """Both sides, what they share taken away."""
    difference = a.plus(b, -1)
    if all(m == () for m in difference.parts):
        return difference.parts.get((), number(0)), number(0)
    return a.affine(w.symbols, "a comparison"), b.affine(w.symbols, "a comparison")


def widened(signed: bool):
    """An extension; unsigned only of what is not negative."""

    def apply(w: Walker, op: ir.Operation, a: Int) -> Int:
        if not signed and not nonnegative(w, a):
            raise NotModelled("an unsigned extension of what may be negative")
        return a

    return apply


def narrowed(w: Walker, op: ir.Operation, a: Int) -> Int:
    """A truncation that loses nothing, by obligation."""
    if element_of(op.results[0].type) == "i1":
        raise NotModelled("a truth value cut from an integer")
    return in_range(w, op, a)


def cast(signed: bool):
    """index_cast: an extension or a truncation."""

    def apply(w: Walker, op: ir.Operation, a: Int) -> Int:
        widths = [width_of(element_of(v.type)) for v in (op.operands[0], op.results[0])]
        return narrowed(w, op, a) if widths[0] > widths[1] else widened(signed)(w, op, a)

    return apply


KNOWN = {
    "addi": add,
    "subi": sub,
    "muli": mul,
    "divsi": divided("truncated", True),
    "divui": divided("truncated", False),
    "remsi": divided("remainder", True),
    "remui": divided("remainder", False),
    "floordivsi": divided("floor", True),
    "ceildivsi": divided("ceil", True),
    "ceildivui": divided("ceil", False),
    "minsi": extremum("min", True),
    "maxsi": extremum("max", True),
    "minui": extremum("min", False),
    "maxui": extremum("max", False),
    "shli": shifted_left,
    "shrsi": shifted_right(True),
    "shrui": shifted_right(False),
    "andi": bits_and,
    "cmpi": compared,
    "extsi": widened(True),
    "extui": widened(False),
    "trunci": narrowed,
    "index_cast": cast(True),
    "index_castui": cast(False),
}
LOGIC = {
    "andi": lambda a, b: a.intersect_params(b),
    "ori": lambda a, b: a.union(b),
    "xori": lambda a, b: a.subtract(b).union(b.subtract(a)),
}
FROM_CONDITION = {
    "extui": lambda yes: Int.of(yes.indicator_function()),
    "extsi": lambda yes: Int.of(yes.indicator_function().neg()),
}


@handles("arith.select")
def select(w: Walker, op: ir.Operation) -> None:
    """A choice: of known values by a known condition, else of terms."""
    condition, yes, no = (w.env[v] for v in op.operands)
    w.env[op.results[0]] = choose(condition, yes, no)


def choose(condition: object, yes: object, no: object) -> object:
    """One of two values."""
    if yes is no:
        return yes
    if isinstance(condition, Condition) and isinstance(yes, Int) and isinstance(no, Int):
        return selected(condition.yes, yes, no)
    if isinstance(condition, Condition) and isinstance(yes, Condition) and isinstance(no, Condition):
        return Condition(yes.yes.intersect_params(condition.yes).union(no.yes.subtract(condition.yes)))
    if isinstance(condition, Condition):
        return make("choice", Held(condition.yes), _data(yes), _data(no))
    return make("select", condition, _data(yes), _data(no))


@handles("ub.poison")
def poison(w: Walker, op: ir.Operation) -> None:
    """A value nobody knows."""
    w.env[op.results[0]] = make("undef", Held(op))


def is_known(value: object) -> bool:
    """Whether sizes and coordinates decide a value."""
    return not isinstance(value, Term)

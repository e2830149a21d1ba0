"""Integer and float operations: integers that are known stay known, everything else is a term, as the executor makes it."""

from __future__ import annotations

from mlir import ir

from xpiler.verify.limits import NotModelled
from xpiler.verify.model import reals
from xpiler.verify.model.integers import width_of
from xpiler.verify.model.scalar_ops import element_of, scalar_function
from xpiler.verify.symbolic import shares
from xpiler.verify.symbolic.decoding import settled
from xpiler.verify.symbolic.integers import Int, selected
from xpiler.verify.symbolic.program import Condition, Held, Pointer
from xpiler.verify.symbolic.sets import EVERYWHERE, NOWHERE, PwAff, Set, coordinates, holds, mentions, name, number
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


def in_range(w: Walker, op: ir.Operation, value: Int) -> Int:
    """The obligation that an integer does not leave its type: what the type cannot hold is outside of the verdict's sizes."""
    ends_in_range(w, op.results[0].type, value)
    return value


def ends_in_range(w: Walker, type_: ir.Type, value: Int) -> None:
    """The same obligation for a value that no operation of the text makes: a loop's counter after its last step."""
    width = width_of(element_of(type_))
    products = {m for m in value.parts if m}
    if products:
        w.box.products |= products if width < 64 else {m for m in products if len(m) > 2 or w.symbols.is_wide(m)}
    elif width < 64:
        w.box.require(_fits(value, width), w.domain)


def _fits(value: Int, width: int) -> Set:
    only = value.parts.get((), number(0))
    return only.ge_set(number(-(1 << (width - 1)))).intersect(only.lt_set(number(1 << (width - 1))))


def add(w: Walker, op: ir.Operation, a: Int, b: Int) -> Int:
    """Sum."""
    return in_range(w, op, a.plus(b))


def sub(w: Walker, op: ir.Operation, a: Int, b: Int) -> Int:
    """Difference."""
    return in_range(w, op, a.plus(b, -1))


def mul(w: Walker, op: ir.Operation, a: Int, b: Int) -> Int:
    """Product; a coordinate that has one value here is that value."""
    factors = _settled(w, a), _settled(w, b)
    product = in_range(w, op, shares.times(*factors, w.symbols, w.tasks))
    if any(abs(f.constant or 0) > LARGE_FACTOR for f in factors) and set(product.parts) == {()}:
        w.box.require(_fits(product, width_of(element_of(op.results[0].type))), w.domain)
    return product


def _settled(w: Walker, value: Int) -> Int:
    """An integer that depends on a coordinate in its text only, as the constant it is."""
    only = value.parts.get((), None)
    if len(value.parts) != 1 or only is None or only.is_cst() or all(w.symbols.is_size(of) for of in coordinates(only)):
        return value
    here = only.intersect_params(w.domain.intersect_params(w.box.sizes))
    low, high = here.min_val(), here.max_val()
    return Int.of(low.to_python()) if low.is_int() and high.is_int() and low == high else value


def nonnegative(w: Walker, value: Int) -> bool:
    """Whether an integer is never negative here."""
    domain = w.domain.intersect_params(w.box.sizes)
    factors = [w.symbols.value(symbol) for symbol in {s for monomial in value.parts for s in monomial}]
    return all(holds(part.ge_set(number(0)), domain) for part in (*value.parts.values(), *factors))


def _divisor(b: Int) -> int:
    found = b.constant
    if found is None or found <= 0:
        raise NotModelled("a division by something else than a positive constant")
    return found


def divided(rounding: str, signed: bool):
    """Division by a constant; unsigned only of what is not negative."""

    def apply(w: Walker, op: ir.Operation, a: Int, b: Int) -> Int:
        by = number(_divisor(b))
        if not signed and not nonnegative(w, a):
            raise NotModelled("an unsigned division of what may be negative")
        value = a.affine(w.symbols, "a dividend")
        if w.has_shares and rounding != "ceil" and _is_a_size(w, value):
            return _named_quotient(w, value, _divisor(b), rounding)
        if rounding in ("remainder", "truncated"):
            whole = (value.tdiv_r(by) if rounding == "remainder" else value.tdiv_q(by)).coalesce()
            return _of_lanes(w, whole)
        quotient = value.div(by)
        return Int.of(quotient.floor() if rounding == "floor" else quotient.ceil())

    return apply


def _of_lanes(w: Walker, quotient: PwAff) -> Int:
    """A quotient or a remainder; of a lane's number in its block it is a warp's or a lane's, which are coordinates."""
    return Int.of(settled(quotient, w.domain) if any(mentions(quotient, lane) for lane in w.lanes) else quotient)


def _is_a_size(w: Walker, value: PwAff) -> bool:
    """Whether an integer depends on sizes, on nothing else, and is not negative, at any of those that the verdict is about."""
    return not value.is_cst() and all(map(w.symbols.is_size, coordinates(value))) and holds(value.ge_set(number(0)), w.box.sizes)


def _named_quotient(w: Walker, value: PwAff, by: int, rounding: str) -> Int:
    """The quotient or the remainder of a size, by a name for the quotient: what makes shares of sizes is divided once, and then linear."""
    of = w.symbols.quotient(value, by)
    w.box.sizes = w.box.sizes.intersect(w.symbols.is_quotient(of))
    quotient = name(of)
    return Int.of(value.sub(quotient.mul(number(by))) if rounding == "remainder" else quotient)


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
        return _of_lanes(w, a.affine(w.symbols).div(number(1 << count)).floor())

    return apply


def bits_and(w: Walker, op: ir.Operation, a: Int, b: Int) -> Int:
    """x & (2^k - 1) = x mod 2^k for x >= 0."""
    mask = b.constant if b.constant is not None else a.constant
    value = a if b.constant is not None else b
    if mask is None or mask < 0 or mask & (mask + 1) or not nonnegative(w, value):
        raise NotModelled("a bit operation on integers")
    return _of_lanes(w, value.affine(w.symbols).tdiv_r(number(mask + 1)))


def compared(w: Walker, op: ir.Operation, a: Int, b: Int) -> Condition:
    """A comparison; unsigned only of what is not negative."""
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    if predicate in UNSIGNED and not (nonnegative(w, a) and nonnegative(w, b)):
        raise NotModelled("an unsigned comparison of what may be negative")
    values = _comparable(w, a, b)
    return Condition(getattr(values[0], {**SIGNED, **UNSIGNED}[predicate])(values[1]))


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

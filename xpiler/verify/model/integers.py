"""Integer operations on values that are numbers or terms: numbers are computed in two's complement, terms are built."""

from __future__ import annotations

from collections.abc import Callable

from xpiler.verify.limits import Defect
from xpiler.verify.terms.term import Value, make, make_exact, undefined


def width_of(type_: str) -> int:
    """Bits of an integer type; `index` counts in 64."""
    return 64 if type_ == "index" else int(type_[1:])


def wrapped(number: int, width: int) -> int:
    """The two's-complement value of a number; a flag is 0 or 1."""
    if width == 1:
        return number & 1
    half = 1 << (width - 1)
    return (number + half) % (1 << width) - half


def unsigned(number: int, width: int) -> int:
    """The number as its bits read without sign."""
    return number & ((1 << width) - 1)


def _truncated_quotient(a: int, b: int) -> int:
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def _nonzero(number: int) -> int:
    if number == 0:
        raise Defect("arithmetic", "an integer division by zero")
    return number


Rule = Callable[[int, int, int], int]

BINARY: dict[str, Rule] = {
    "addi": lambda a, b, w: a + b,
    "subi": lambda a, b, w: a - b,
    "muli": lambda a, b, w: a * b,
    "divsi": lambda a, b, w: _truncated_quotient(a, _nonzero(b)),
    "remsi": lambda a, b, w: a - b * _truncated_quotient(a, _nonzero(b)),
    "divui": lambda a, b, w: unsigned(a, w) // _nonzero(unsigned(b, w)),
    "remui": lambda a, b, w: unsigned(a, w) % _nonzero(unsigned(b, w)),
    "floordivsi": lambda a, b, w: a // _nonzero(b),
    "ceildivsi": lambda a, b, w: -(-a // _nonzero(b)),
    "ceildivui": lambda a, b, w: -(-unsigned(a, w) // _nonzero(unsigned(b, w))),
    "minsi": lambda a, b, w: min(a, b),
    "maxsi": lambda a, b, w: max(a, b),
    "minui": lambda a, b, w: min(a, b, key=lambda v: unsigned(v, w)),
    "maxui": lambda a, b, w: max(a, b, key=lambda v: unsigned(v, w)),
    "andi": lambda a, b, w: a & b,
    "ori": lambda a, b, w: a | b,
    "xori": lambda a, b, w: a ^ b,
    "shli": lambda a, b, w: a << b,
    "shrsi": lambda a, b, w: a >> b,
    "shrui": lambda a, b, w: unsigned(a, w) >> b,
}
SHIFTS = frozenset({"shli", "shrsi", "shrui"})


def _sum(a: Value, b: Value) -> Value | None:
    """x + 0 = x | 0 = x ^ 0 = x."""
    return a if b == 0 else b if a == 0 else None


def _product(a: Value, b: Value) -> Value | None:
    """x 1 = x; x 0 = 0 unless nobody knows x."""
    if not isinstance(b, int):
        a, b = b, a
    if b == 0:
        return None if a.tainted else 0
    return a if b == 1 else None


# What needs no term although one operand is one; tiles are full of zeros, so this is worth its place here.
NEUTRAL: dict[str, Callable[[Value, Value], Value | None]] = {
    "addi": _sum,
    "muli": _product,
    "subi": lambda a, b: a if b == 0 else None,
    "ori": _sum,
    "xori": _sum,
}


def binary(name: str, width: int, no_signed_wrap: bool) -> Callable[[Value, Value], Value]:
    """The operation on values of one width; what has no value (a shift too far, an overflow marked nsw) is unknown."""
    rule, made = BINARY[name], make_exact if no_signed_wrap else make
    shifts, folded = name in SHIFTS, NEUTRAL.get(name)

    def apply(a: Value, b: Value) -> Value:
        if not (isinstance(a, int) and isinstance(b, int)):
            found = folded(a, b) if folded is not None else None
            return made("int", name, width, a, b) if found is None else found
        if shifts and not 0 <= b < width:
            return undefined()
        exact = rule(a, b, width)
        result = wrapped(exact, width)
        return undefined() if no_signed_wrap and result != exact else result

    return apply


def magnitude(width: int) -> Callable[[Value], Value]:
    """math.absi: the greater of a number and its negation, modulo 2^w."""
    negated, greater = binary("subi", width, False), binary("maxsi", width, False)
    return lambda a: greater(a, negated(0, a))


COMPARISONS: tuple[Callable[[int, int], bool], ...] = (
    lambda a, b: a == b,
    lambda a, b: a != b,
    lambda a, b: a < b,
    lambda a, b: a <= b,
    lambda a, b: a > b,
    lambda a, b: a >= b,
)
FIRST_UNSIGNED = 6


def comparison(predicate: int, width: int) -> Callable[[Value, Value], Value]:
    """arith.cmpi as 0, 1 or a term."""
    is_unsigned = predicate >= FIRST_UNSIGNED
    rule = COMPARISONS[predicate - 4 if is_unsigned else predicate]

    def apply(a: Value, b: Value) -> Value:
        if not (isinstance(a, int) and isinstance(b, int)):
            narrow = _before_extensions(predicate, a, b)
            return comparison(*narrow[0])(*narrow[1]) if narrow else make("icompare", predicate, width, a, b)
        return int(rule(unsigned(a, width), unsigned(b, width)) if is_unsigned else rule(a, b))

    return apply


def _before_extensions(predicate: int, a: Value, b: Value) -> tuple[tuple[int, int], tuple[Value, Value]] | None:
    """The comparison of what two extensions of one kind extend, where that says the same: their order is kept, by zeros without signs."""
    if isinstance(a, int) or isinstance(b, int) or a.kind != "ext" or b.kind != "ext" or a.args[:2] != b.args[:2]:
        return None
    by_sign, source, _, inner = a.args
    if not by_sign and 2 <= predicate < FIRST_UNSIGNED:
        predicate += 4
    return (predicate, source), (inner, b.args[3])


def extension(signed: bool, source: int, target: int) -> Callable[[Value], Value]:
    """Sign or zero extension; a zero extension of a zero extension is one."""

    def apply(a: Value) -> Value:
        if isinstance(a, int):
            if source == 1 and signed:
                return -a
            return wrapped(a if signed else unsigned(a, source), target)
        if a.kind == "ext" and not a.args[0]:
            return make("ext", False, a.args[1], target, a.args[3])
        return make("ext", signed, source, target, a)

    return apply


def truncation(source: int, target: int) -> Callable[[Value], Value]:
    """The low bits."""
    return lambda a: wrapped(a, target) if isinstance(a, int) else make("trunc", source, target, a)

"""Terms: shared expressions over the initial contents of buffers, compared by identity.

An integer known at execution is a plain `int` and never a term. Kinds, with their arguments:

    leaf(buffer, element, type)   undef(number)          const(Fraction)        inf(sign)
    add mul div max min (a, b)    neg(a)                 fn(name, a...)         select(condition, a, b)
    round(type, a)                real(signed, width, a) bitcast(from, to, a)   compare(predicate, a, b)
    int(operation, width, a, b)   icompare(predicate, width, a, b)              ext(signed, from, to, a)
    trunc(from, to, a)            toint(signed, width, a)
    load(buffer, type, address)   lookup(address, type, first, a...)            at(address, number)

`load` is an element that nobody has written, `lookup` one of `a` by its address, from `first` on; `at` is whether an address is a number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction

from xpiler.verify.terms.constant_bits import bits_of, float_of


class Term:
    """One node. Two nodes of the same kind and arguments are the same object, so `is` is equality."""

    __slots__ = ("args", "is_exact", "kind", "looks_up", "tainted")

    def __init__(self, kind: str, args: tuple):
        self.kind = kind
        self.args = args
        self.is_exact = False  # whether an integer operation does not wrap, which is the source's word (see trusting)
        self.looks_up = kind in ("lookup", "load")  # whether one is in it
        # Whether an uninitialised value or poison is in it: such a term equals nothing, whatever the algebra says.
        self.tainted = kind == "undef"
        for part in args:  # a plain loop: there are millions of terms
            if type(part) is Term:
                if part.tainted:
                    self.tainted = True
                if part.looks_up:
                    self.looks_up = True

    def __repr__(self) -> str:
        if self.kind == "leaf":
            return f"{self.args[0]}[{self.args[1]}]"
        return f"{self.kind}({', '.join(map(str, self.args))})"


Value = int | Term

_TABLE: dict[tuple, Term] = {}
_UNDEFINED = 0


known_term = _TABLE.get  # the term of (kind, *arguments), None where it has not been made yet


def make(kind: str, *args: object) -> Term:
    """The term of this kind and these arguments."""
    key = (kind, *args)
    found = _TABLE.get(key)
    if found is None:
        rule = FOLDING.get(kind)
        found = rule(*args) if rule is not None else None
        found = _TABLE[key] = Term(kind, args) if found is None else found
    return found


_exact: set[Term] | None = None  # what the source says of its sums; None where nobody listens
_listens = False


@contextmanager
def trusting(said: set[Term], *, listens: bool) -> Iterator[None]:
    """Inside, an operation that C says does not overflow is exact: where the source runs (it `listens`), else only those that it has said.

    An overflow of the source is its own, one of the output is not: `a - b < 0` is not `a < b`.
    """
    global _exact, _listens
    outer, _exact, _listens = (_exact, _listens), said, listens
    try:
        yield
    finally:
        _exact, _listens = outer


def make_exact(kind: str, *args: object) -> Term:
    """The term of an operation that is said not to wrap."""
    if _exact is None:
        return make(kind, *args)
    key = ("exact", kind, *args)
    found = _TABLE.get(key)
    if found is None:
        found = _TABLE[key] = Term(kind, args)
        found.is_exact = True
    if _listens:
        _exact.add(found)
    return found if found in _exact else make(kind, *args)


def _sum(a: Term, b: Term) -> Term | None:
    """x + 0 = x; two constants are one. Tiles are full of zeros, so this is worth its place here."""
    if b.kind == "const" or b is MINUS_ZERO:
        a, b = b, a
    if a is MINUS_ZERO:
        return b
    if a.kind != "const":
        return None
    return b if not a.args[0] else constant(a.args[0] + b.args[0]) if b.kind == "const" else None


def _product(a: Term, b: Term) -> Term | None:
    """x * 1 = x; 0 * x = 0 where x has a value for sure: an element of a buffer, which is finite."""
    if b.kind == "const":
        a, b = b, a
    if a.kind != "const":
        return None
    if b.kind == "const":
        number = a.args[0] * b.args[0]
        return None if not number and (a.args[0] < 0 or b.args[0] < 0) else constant(number)
    return b if a.args[0] == 1 else a if not a.args[0] and b.kind in ("leaf", "load") else None


def _bits(written: str, read: str, value: Value) -> Value | None:
    """Bits read under another type and back again are what they were; those of a constant are a constant."""
    if not isinstance(value, Term):
        number = float_of(value, read)
        return None if number is None else literal(number)
    if value.kind == "bitcast" and value.args[:2] == (read, written):
        return value.args[2]
    if value is MINUS_ZERO:
        return bits_of(-0.0, written)
    if value.kind in ("const", "inf") and read[0] == "i":
        return bits_of(value.args[0] if value.kind == "const" else math.inf * value.args[0], written)
    return None


def _negation(a: Term) -> Term | None:
    return constant(-a.args[0]) if a.kind == "const" and a.args[0] else None  # minus zero has a sign, which bits show


FOLDING: dict[str, Callable[..., Value | None]] = {"add": _sum, "mul": _product, "neg": _negation, "bitcast": _bits}


def undefined() -> Term:
    """A value nobody knows: an uninitialised read, poison. Every call gives another."""
    global _UNDEFINED
    _UNDEFINED += 1
    return make("undef", _UNDEFINED)


def constant(number: Fraction | int) -> Term:
    """A real constant."""
    return make("const", Fraction(number))


def literal(number: float) -> Term:
    """A float constant, which is no NaN, as the rational it is, as minus zero, or as an infinity."""
    if not number and math.copysign(1, number) < 0:
        return MINUS_ZERO
    return make("inf", 1 if number > 0 else -1) if math.isinf(number) else constant(Fraction(number))


ZERO = constant(0)
MINUS_ZERO = make("neg", ZERO)

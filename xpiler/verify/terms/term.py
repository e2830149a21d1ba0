"""Terms: shared expressions over the initial contents of buffers, compared by identity.

An integer known at execution is a plain `int` and never a term. Kinds, with their arguments:

    leaf(buffer, element, type)   undef(number)          const(Fraction)        inf(sign)
    add mul div max min (a, b)    neg(a)                 fn(name, a...)         select(condition, a, b)
    round(type, a)                real(signed, width, a) bitcast(from, to, a)   compare(predicate, a, b)
    int(operation, width, a, b)   icompare(predicate, width, a, b)              ext(signed, from, to, a)
    trunc(from, to, a)            toint(signed, width, a)
"""

from __future__ import annotations

from fractions import Fraction


class Term:
    """One node. Two nodes of the same kind and arguments are the same object, so `is` is equality."""

    __slots__ = ("args", "kind", "tainted")

    def __init__(self, kind: str, args: tuple):
        self.kind = kind
        self.args = args
        # Whether an uninitialised value or poison is in it: such a term equals nothing, whatever the algebra says.
        self.tainted = kind == "undef" or any(type(a) is Term and a.tainted for a in args)

    def __repr__(self) -> str:
        if self.kind == "leaf":
            return f"{self.args[0]}[{self.args[1]}]"
        return f"{self.kind}({', '.join(map(str, self.args))})"


Value = int | Term

_TABLE: dict[tuple, Term] = {}
_UNDEFINED = 0


def make(kind: str, *args: object) -> Term:
    """The term of this kind and these arguments."""
    key = (kind, *args)
    found = _TABLE.get(key)
    if found is None:
        found = _TABLE[key] = Term(kind, args)
    return found


def undefined() -> Term:
    """A value nobody knows: an uninitialised read, poison. Every call gives another."""
    global _UNDEFINED
    _UNDEFINED += 1
    return make("undef", _UNDEFINED)


def constant(number: Fraction | int) -> Term:
    """A real constant."""
    return make("const", Fraction(number))


ZERO = constant(0)

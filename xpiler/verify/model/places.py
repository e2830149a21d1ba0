"""Addresses that depend on data: a byte offset that is a size times a term.

Whoever is not ready for one (it takes it for a number) refuses by comparing it, or by looking it up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from xpiler.verify.limits import NotModelled
from xpiler.verify.model.integers import binary
from xpiler.verify.terms.term import Term, Value

BITS = 64
add, multiply = (binary(name, BITS, False) for name in ("addi", "muli"))


@dataclass(frozen=True, eq=False)
class Place:
    """The byte offset `size * index`."""

    size: int
    index: Term

    def __add__(self, offset: int) -> Place | int:
        if offset % self.size:
            _refuse()
        index = add(self.index, offset // self.size)
        return Place(self.size, index) if isinstance(index, Term) else self.size * index

    __radd__ = __add__

    def _refused(self, *_: object) -> NoReturn:
        _refuse()

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __hash__ = __mod__ = __floordiv__ = __bool__ = _refused
    __sub__ = __rsub__ = __mul__ = __rmul__ = __neg__ = __index__ = __int__ = _refused


def _refuse() -> NoReturn:
    raise NotModelled("an address that depends on data")


def moved(base: int | Place, size: int, index: Value) -> int | Place:
    """The offset of an element from a base, by a number or a term. Raises NotModelled for elements of two sizes, and for unknown values."""
    if not isinstance(index, Term):
        return base + size * index
    if index.tainted:
        raise NotModelled("an address that depends on an uninitialised value or an overflow")
    if not isinstance(base, Place):
        if base % size:
            _refuse()
        return Place(size, add(index, base // size))
    if base.size != size:
        _refuse()
    return moved(0, size, add(base.index, index))

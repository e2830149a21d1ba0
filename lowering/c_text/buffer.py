"""Memory in emitted text: arrays, pointers with an offset, strided views; how an element of each is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from xpiler.lowering.c_text.ctype import INT64, CType
from xpiler.lowering.c_text.expression import POSTFIX, UNARY, Expr, infix, integer, merged
from xpiler.lowering.c_text.integers import CAST, arithmetic

ZERO = integer(0, INT64)


@dataclass(frozen=True)
class Buffer:
    """Memory of `element` type reached from `base`. `array_rank` is not 0 where the base is a C array of that rank, subscripted one index a
    dimension; else elements are `base[offset + sum(index * stride)]`. What `is_variable` is its only element."""

    base: Expr
    element: CType
    strides: tuple[Expr, ...]
    offset: Expr = ZERO
    array_rank: int = 0
    space: str = ""
    const: bool = False
    is_variable: bool = False

    def element_at(self, indices: tuple[Expr, ...]) -> Expr:
        """The text of one element, an lvalue."""
        if self.is_variable:
            return Expr(self.base.text, self.element, POSTFIX, **self._fields(()))
        if self.array_rank and self.offset is ZERO:
            subscripts = "".join(f"[{i.text}]" for i in indices)
            return Expr(self.base.within(POSTFIX) + subscripts, self.element, POSTFIX, **self._fields(indices))
        position = self.position(indices)
        return Expr(f"{self.flat().within(POSTFIX)}[{position.text}]", self.element, POSTFIX, **self._fields((position,)))

    def position(self, indices: tuple[Expr, ...]) -> Expr:
        """The number of elements from the base to the element at `indices`."""
        total = self.offset
        for index, stride in zip(indices, self.strides, strict=True):
            total = plus(total, times(index, stride))
        return total

    def pointer(self, indices: tuple[Expr, ...] = ()) -> Expr:
        """The address of an element (the first without indices) as a pointer expression."""
        position = self.position(indices) if indices else self.offset
        pointer = self.flat()
        if position.constant == 0:
            return pointer
        for symbol, addend in addends(position):
            pointer = replace(infix(symbol, pointer, addend, self.base.ctype), parts=None)
        return pointer

    def line(self, indices: tuple[Expr, ...]) -> Expr:
        """The address of an element; that of the first one of a line of an array of lines is the line."""
        if len(indices) == self.array_rank > 1 and self.offset is ZERO and indices[-1].constant == 0:
            subscripts = "".join(f"[{i.text}]" for i in indices[:-1])
            return Expr(self.base.within(POSTFIX) + subscripts, self.base.ctype, POSTFIX, **self._fields(indices))
        return self.pointer(indices)

    def flat(self) -> Expr:
        """The base as a pointer to elements: a C array of arrays gives its first row."""
        if self.array_rank > 1:
            return replace(self.base, text=self.base.within(POSTFIX) + "[0]" * (self.array_rank - 1), rank=POSTFIX)
        return self.base

    def retyped(self, element: CType, pointer: CType, spelling: str) -> Buffer:
        """The same memory from the offset on as elements of another type."""
        address = self.pointer()
        cast = Expr(f"({spelling}){address.within(UNARY)}", pointer, UNARY, **merged((address,)))
        return Buffer(cast, element, (integer(1, INT64),), space=self.space, const=self.const)

    def _fields(self, indices: tuple[Expr, ...]) -> dict[str, Any]:
        return {**merged((self.base, *indices)), "impure": True}


def addends(position: Expr, symbol: str = "+") -> list[tuple[str, Expr]]:
    """The terms of a sum, one after the other: added to a pointer each, they need no wider type than they have."""
    if position.parts and position.parts[0] == "+":
        return addends(position.parts[1], symbol) + addends(position.parts[2], symbol)
    if position.parts and position.parts[0] == "-" and symbol == "+":
        return [*addends(position.parts[1], symbol), ("-", uncast(position.parts[2]))]
    return [(symbol, uncast(position))]


def uncast(term: Expr) -> Expr:
    """A term without a widening cast."""
    if term.parts and term.parts[0] == CAST and term.parts[1].ctype.is_integer and term.parts[1].ctype.kind == "int":
        return term.parts[1]
    return term


def plus(a: Expr, b: Expr) -> Expr:
    """Index sum without a zero."""
    if a.constant == 0:
        return b
    if b.constant == 0:
        return a
    if b.constant is not None and b.constant < 0:
        return arithmetic("-", a, integer(-b.constant, b.ctype), 64, nsw=True)
    return arithmetic("+", a, b, 64, nsw=True)


def times(a: Expr, b: Expr) -> Expr:
    """Index product without a one."""
    if a.constant is not None and b.constant is not None:
        return integer(a.constant * b.constant, INT64)
    if 0 in (a.constant, b.constant):
        return ZERO
    if a.constant == 1:
        return b
    return a if b.constant == 1 else arithmetic("*", a, b, 64, nsw=True)

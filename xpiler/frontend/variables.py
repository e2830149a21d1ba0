"""Variables in SSA form, and the record of which ones a piece of code has changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xpiler.frontend.c_types import CType, PointerType, StructType, value_type
from xpiler.frontend.values import Aggregate, Null, Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader


@dataclass(eq=False)
class Variable:
    """A scalar, pointer or record variable whose address is not taken; `value` is None until it is assigned.

    One whose region has ended keeps a value of that region, which means nothing elsewhere; a name stays bound to it
    until the declaration is read again (a lambda's body, inlined once more).
    """

    name: str
    ctype: CType
    depth: int
    value: Value | None = None
    has_ended: bool = False

    def read(self, reader: Reader) -> Value:
        """The current value; poison where there is none, made anew for each read: the next one may be in another region."""
        return undefined(reader, self.ctype) if self.value is None else self.value


def undefined(reader: Reader, ctype: CType) -> Value:
    """The value of a variable that was never assigned."""
    if isinstance(ctype, PointerType):
        return Null(ctype.pointee, is_assigned=False)
    if isinstance(ctype, StructType):
        return Aggregate(ctype, {name: undefined(reader, value_type(inner)) for name, inner in ctype.stored})
    return Scalar(reader.builder.poison(ctype.mlir()), ctype)


Changes = dict[Variable, Value | None]


class State:
    """All assignments go through here, so that a region knows what it changed."""

    def __init__(self) -> None:
        self._journals: list[Changes] = []
        self._declared: list[list[Variable]] = [[]]

    def declare(self, name: str, ctype: CType, value: Value | None = None) -> Variable:
        """A new variable of the innermost region."""
        variable = Variable(name, ctype, len(self._journals), value)
        self._declared[-1].append(variable)
        return variable

    def assign(self, variable: Variable, value: Value | None) -> None:
        if len(self._journals) > variable.depth:
            self._journals[-1].setdefault(variable, variable.value)
        variable.value = value

    @contextmanager
    def region(self) -> Iterator[Changes]:
        """A region of code: yields the outer variables it changes, with their values before.

        On exit the variables have their old values again; `final` values are read before that.
        """
        journal: Changes = {}
        self._journals.append(journal)
        self._declared.append([])
        try:
            yield journal
        finally:
            self._journals.pop()
            for variable in self._declared.pop():
                variable.has_ended = True
            for variable, before in journal.items():
                variable.value = before

"""Whether two runs leave the same contents in every element of every parameter buffer."""

from __future__ import annotations

from dataclasses import dataclass

from xpiler.verify.model.memory import Buffer
from xpiler.verify.model.side import Outcome, element_size
from xpiler.verify.terms.normal_form import NormalForm
from xpiler.verify.terms.term import Term, Value, make


@dataclass(frozen=True)
class Mismatch:
    """The first element that is not shown equal."""

    buffer: str
    element: int
    uninitialised: bool

    def __str__(self) -> str:
        why = "depends on an uninitialised value or an overflow" if self.uninitialised else "is not shown equal"
        return f"{self.buffer}[{self.element}] {why}"


def first_mismatch(source: Outcome, target: Outcome, forms: NormalForm) -> Mismatch | None:
    """None where every element of every buffer is equal; what neither side wrote is."""
    for position, buffer in source.buffers.items():
        other = target.buffers[position]
        size = element_size(buffer)
        for offset in sorted({*buffer.cells, *other.cells}):
            element = offset // size
            values = [final(b, element) for b in (buffer, other)]
            if not forms.equal(*values, buffer.element):
                return Mismatch(buffer.name, element, any(isinstance(v, Term) and v.tainted for v in values))
    return None


def final(buffer: Buffer, element: int) -> Value:
    """An element after the run, the initial one where nothing has written it."""
    value = buffer.final(element)
    return make("leaf", buffer.name, element, buffer.element) if value is None else value

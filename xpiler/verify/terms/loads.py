"""Elements at addresses that depend on data: functions of the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xpiler.verify.terms import choices, values
from xpiler.verify.terms.polynomial import Polynomial, constant_of, freeze
from xpiler.verify.terms.term import Term, Value, make

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm


def loaded(forms: NormalForm, node: Term) -> Polynomial:
    """One element of memory that nobody has written, the same for the same address."""
    name, type_, place = node.args
    form = values.address(forms, place)
    number = constant_of(form)
    return forms.atom("leaf", name, int(number), type_) if number is not None else forms.atom("load", name, freeze(form), type_)


def _table(cells: list[Value], first: int, type_: str) -> str:
    """The buffer whose own elements are looked up, all untouched; "" for none."""
    name = cells[0].args[0] if isinstance(cells[0], Term) and cells[0].kind == "leaf" else ""
    return name if name and all(cell is make("leaf", name, first + i, type_) for i, cell in enumerate(cells)) else ""


def looked_up(forms: NormalForm, node: Term, head: tuple, form_of: Callable[[Value], Polynomial]) -> Polynomial:
    """A choice among the elements by the address, which is one of theirs."""
    place, type_, first, *cells = node.args
    name = _table(cells, first, type_)
    if name:
        return loaded(forms, make("load", name, type_, place))
    result = form_of(cells[-1])
    for position in range(len(cells) - 2, -1, -1):
        result = choices.chosen(forms, head, forms.condition(make("at", place, first + position)), form_of(cells[position]), result)
    return result

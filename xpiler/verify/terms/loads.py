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


def looked_up(forms: NormalForm, node: Term, head: tuple, form_of: Callable[[Value], Polynomial]) -> Polynomial:
    """A choice among the elements by the address, which is one of theirs."""
    place, _, first, *cells = node.args
    result = form_of(cells[-1])
    for position in range(len(cells) - 2, -1, -1):
        result = choices.chosen(forms, head, forms.condition(make("at", place, first + position)), form_of(cells[position]), result)
    return result

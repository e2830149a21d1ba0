"""Choices by conditions on data in one form, of reals and of integers modulo 2^w.

What both sides share is outside of the choice, a choice in a choice with a side in common is one by `and` or `or`, and of a condition and
its negation one is chosen by. What cannot hold together (`x = 1` and `x = 2`) orders no choices: `c ? a : b` is then b and what c adds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xpiler.verify.terms.keys import below_zero
from xpiler.verify.terms.polynomial import UNIT, Polynomial, accumulate, constant_of, freeze, negative, reduced
from xpiler.verify.terms.truths import combined, excludes, implies, members, negation

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm

Head = tuple  # of the atoms: ("select",) of reals, ("iselect", width) of integers
MOST_PARTS = 64  # of a condition that others are looked for in


def chosen(forms: NormalForm, head: Head, condition: object, yes: Polynomial, no: Polynomial) -> Polynomial:
    """`condition ? yes : no`."""
    held = assuming(forms, no, condition)
    if held != no:
        return _sum(head, no, _choice(forms, head, condition, _sum(head, yes, held, -1), {}))
    return _choice(forms, head, condition, yes, no)


def _choice(forms: NormalForm, head: Head, condition: object, yes: Polynomial, no: Polynomial) -> Polynomial:
    if isinstance(condition, bool) or yes == no:
        return yes if condition is not False else no
    shared = {m: c for m, c in yes.items() if no.get(m) == c}
    a, b = ({m: c for m, c in side.items() if m not in shared} for side in (yes, no))
    condition, a, b = _joined(forms, head, condition, a, b)
    if isinstance(condition, bool):
        return _sum(head, shared, a if condition else b)
    turned = negation(condition)
    if repr(turned) < repr(condition):
        condition, a, b = turned, b, a
    if head[0] == "iselect":
        for holds, x, y in ((condition, a, b), (negation(condition), b, a)):
            if _is_counted(forms, holds, x, y, head[1]):
                return _sum(head, shared, x)
    numbers = constant_of(a), constant_of(b)
    if head[0] == "iselect" and None not in numbers:
        return _sum(head, _sum(head, shared, b), forms.atom("flag", condition), numbers[0] - numbers[1])
    return _sum(head, shared, forms.atom(*head, condition, freeze(a), freeze(b)))


def _is_counted(forms: NormalForm, condition: object, yes: Polynomial, no: Polynomial, width: int) -> bool:
    """Whether a choice is `x > 0 ? y + x : y` of a sum of truths, which is y + x: where the sum is not positive it is 0."""
    difference = dict(yes)
    accumulate(difference, no, -1)
    found = truths_of(forms, difference, width)
    return found is not None and found[1] >= 0 and condition == below_zero(negative(found[0]))


def flag(forms: NormalForm, condition: object) -> Polynomial:
    """The number 1 where a condition holds, else 0."""
    if isinstance(condition, bool):
        return {UNIT: 1} if condition else {}
    turned = negation(condition)
    if repr(condition) <= repr(turned):
        return forms.atom("flag", condition)
    result: Polynomial = {UNIT: 1}
    accumulate(result, forms.atom("flag", turned), -1)
    return result


def truths_of(forms: NormalForm, form: Polynomial, width: int) -> tuple[Polynomial, int, int] | None:
    """A sum of truths modulo 2^w as one that does not wrap, with its least and greatest number; None for any other form."""
    half = 1 << (width - 1)
    centred = {m: (int(c) + half) % (2 * half) - half for m, c in form.items()}
    if any(m != UNIT and (len(m) != 1 or m[0][1] != 1 or forms.atoms.key(m[0][0])[0] != "flag") for m in centred):
        return None
    number = centred.get(UNIT, 0)
    low = number + sum(min(c, 0) for m, c in centred.items() if m != UNIT)
    high = number + sum(max(c, 0) for m, c in centred.items() if m != UNIT)
    return (centred, low, high) if -half <= low and high < half else None


def _sum(head: Head, a: Polynomial, b: Polynomial, factor: int = 1) -> Polynomial:
    result = dict(a)
    accumulate(result, b, factor)
    return reduced(result, head[1]) if head[0] == "iselect" else result


def _joined(forms: NormalForm, head: Head, condition: object, a: Polynomial, b: Polynomial) -> tuple[object, Polynomial, Polynomial]:
    """`c ? (d ? x : b) : b` is `c and d ? x : b`, `c ? a : (d ? a : y)` is `c or d ? a : y`."""
    for inner, x, y in _readings(forms, head, a):
        if y == b:
            return _joined(forms, head, combined("andi", condition, inner), x, b)
    for inner, x, y in _readings(forms, head, b):
        if x == a:
            return _joined(forms, head, combined("ori", condition, inner), a, y)
    return condition, a, b


def _readings(forms: NormalForm, head: Head, form: Polynomial) -> list[tuple[object, Polynomial, Polynomial]]:
    """A form that is a choice as (condition, yes, no), both ways round."""
    parts = [(m, c) for m, c in form.items() if m != UNIT]
    if len(parts) != 1 or len(parts[0][0]) != 1 or parts[0][0][0][1] != 1:
        return []
    ((atom, _),), factor = parts[0]
    key = forms.atoms.key(atom)
    if key[0] == "flag" and head[0] == "iselect":
        number: Polynomial = {UNIT: form[UNIT]} if UNIT in form else {}
        condition, yes, no = key[1], _sum(head, number, {UNIT: factor}), number
    elif key[: len(head)] == head and factor == 1 and UNIT not in form:
        condition, yes, no = key[len(head)], dict(key[-2]), dict(key[-1])
    else:
        return []
    return [(condition, yes, no), (negation(condition), no, yes)]


def assuming(forms: NormalForm, form: Polynomial, condition: object) -> Polynomial:
    """A form where a condition is known to hold: choices that it decides are decided."""
    known = frozenset(members("andi", condition))
    choices = {m: c for m, c in form.items() if len(m) == 1 and m[0][1] == 1 and forms.atoms.key(m[0][0])[0] in ("select", "iselect")}
    if not choices or len(known) > MOST_PARTS or isinstance(condition, bool):
        return form
    result = {m: c for m, c in form.items() if m not in choices}
    for monomial, coefficient in choices.items():
        key = forms.atoms.key(monomial[0][0])
        truth = decided(forms, key[-3], known)
        part = {monomial: 1} if truth is None else dict(key[-2] if truth else key[-1])
        accumulate(result, part if truth is None else assuming(forms, part, condition), coefficient)
    return result


def decided(forms: NormalForm, condition: object, known: frozenset) -> bool | None:
    """Whether a condition holds where some others do; None where they do not tell."""
    if isinstance(condition, bool):
        return condition
    if condition[0] in ("ori", "not"):
        truth = decided(forms, negation(condition), known)
        return None if truth is None else not truth
    parts = members("andi", condition)
    if all(part in known or any(implies(fact, part) for fact in known) for part in parts):
        return True
    if any(negation(part) in known or any(excludes(fact, part) for fact in known) for part in parts):
        return False
    everything = known.union(parts)
    return False if any(together <= everything for together in forms.exclusive) else None

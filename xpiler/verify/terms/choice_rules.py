"""Choices that are minima, maxima, magnitudes and clamps of integers: `a < b ? a : b`, `x < lo ? lo : x > hi ? hi : x` in any order.

`lo` and `hi` are constants with lo <= hi; the one form of a clamp is min(max(x, lo), hi).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xpiler.verify.terms.choices import truths_of
from xpiler.verify.terms.polynomial import UNIT, Frozen, Polynomial, constant_of, freeze, reduced, single_atom

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm

# Relations of condition_rules.INTEGER by the least and the greatest of the order that they are of.
ORDERS = {"slt": ("minsi", "maxsi"), "sle": ("minsi", "maxsi"), "ult": ("minui", "maxui"), "ule": ("minui", "maxui")}
SIGNED = ("slt", "sle")
OTHER = {"minsi": "maxsi", "maxsi": "minsi", "minui": "maxui", "maxui": "minui"}


def chosen(forms: NormalForm, width: int, condition: object, yes: Polynomial, no: Polynomial) -> Polynomial | None:
    """`l < r ? l : r` is the least, `l < r ? r : l` the greatest, `l < 0 ? -l : l` that of l and -l; None where a choice is none of these.

    `l < r ? r : f` is the greatest of r and f for f = min(l, hi) with r <= hi: below r both are r, from there on f is at least r. So it is
    the other way round.
    """
    if not isinstance(condition, tuple) or condition[0] not in ORDERS or condition[1] != width:
        return None
    least, greatest = ORDERS[condition[0]]
    left, right, a, b = *condition[2:], freeze(yes), freeze(no)
    if {a, b} == {left, right}:
        return extremum(forms, least if a == left else greatest, width, yes, no)
    compared = left or right
    if () in (left, right) and condition[0] in SIGNED and compared in (a, b) and _is_negation(yes, no, width):
        return extremum(forms, greatest if (a == compared) == (not left) else least, width, yes, no)
    if a == right and _is_limited(forms, no, width, least, left, right):
        return extremum(forms, greatest, width, yes, no)
    if a == left and _is_limited(forms, no, width, greatest, right, left):
        return extremum(forms, least, width, yes, no)
    return None


def _is_negation(a: Polynomial, b: Polynomial, width: int) -> bool:
    return reduced({m: -c for m, c in a.items()}, width) == b


def _is_limited(forms: NormalForm, form: Polynomial, width: int, name: str, of: Frozen, limit: Frozen) -> bool:
    """Whether a form is `name` of `of` and a constant that lies on the far side of the limit, or on it."""
    near, parts = constant_of(dict(limit)), _parts(forms, form, width, name)
    if near is None or parts is None or parts[0] != of:
        return False
    return _ordered(name, width, near, parts[1])


def extremum(forms: NormalForm, name: str, width: int, a: Polynomial, b: Polynomial) -> Polynomial:
    """The least or the greatest of two forms; max(min(x, hi), lo) = min(max(x, lo), hi); a sum of truths has limits of its own."""
    if a == b:
        return a
    if constant_of(a) is not None:
        a, b = b, a
    number = constant_of(b)
    if number is not None and name in ("minsi", "maxsi") and (found := truths_of(forms, a, width)) is not None:
        limit = (int(number) + (1 << (width - 1))) % (1 << width) - (1 << (width - 1))
        if (limit <= found[1]) if name == "maxsi" else (limit >= found[2]):
            return a
    if number is not None and name in ("maxsi", "maxui"):
        parts = _parts(forms, a, width, OTHER[name])
        if parts is not None and _ordered(OTHER[name], width, number, parts[1]):
            inner = extremum(forms, name, width, dict(parts[0]), b)
            return extremum(forms, OTHER[name], width, inner, {UNIT: parts[1]} if parts[1] else {})
    return forms.atom("int", name, width, *sorted((freeze(a), freeze(b))))


def _parts(forms: NormalForm, form: Polynomial, width: int, name: str) -> tuple[Frozen, int] | None:
    """What a form is the least or greatest of: a form and a constant."""
    atom = single_atom(form)
    key = () if atom is None else forms.atoms.key(atom)
    if key[:3] != ("int", name, width):
        return None
    numbers = [constant_of(dict(operand)) for operand in key[3:]]
    return next(((other, int(n)) for n, other in zip(numbers, reversed(key[3:]), strict=True) if n is not None), None)


def _ordered(name: str, width: int, near: int, far: int) -> bool:
    """Whether a limit below comes before the one above: `near` goes with what is not `name`."""
    if name.endswith("si"):
        near, far = (n - (1 << width) * (n >> (width - 1) & 1) for n in (near, far))
    return near <= far if name.startswith("min") else near >= far

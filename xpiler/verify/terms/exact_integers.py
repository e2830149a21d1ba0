"""Integers that pass through floats and back: where the type holds every value they can have, nothing is rounded.

Products of bytes that a float accumulates are such: 512 of them stay below 2^24. The bound of a polynomial is the sum of its
coefficients' magnitudes times what its atoms are at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xpiler.verify.terms.polynomial import UNIT, Polynomial, accumulate, freeze, product, single_atom

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm

MOST_PRODUCTS = 4000
ELEMENTS = ("leaf", "load")  # atoms that are an element of a buffer, whose type is the fourth part of the key


def exact(forms: NormalForm, real: Polynomial) -> tuple[Polynomial, int] | None:
    """A real as a polynomial over the integers, which do not wrap, and its bound; None where it is not seen to be an integer."""
    result: Polynomial = {}
    for monomial, coefficient in real.items():
        if coefficient.denominator != 1:
            return None
        image: Polynomial = {UNIT: int(coefficient)}
        for atom, power in monomial:
            inner = _of_atom(forms, atom)
            if inner is None or len(image) * len(inner) ** power > MOST_PRODUCTS > len(inner):
                return None
            for _ in range(power):
                image = product(image, inner)
        forms.budget.spend(len(image))
        accumulate(result, image)
    most = bound(forms, result)
    return None if most is None else (result, most)


def _of_atom(forms: NormalForm, atom: int) -> Polynomial | None:
    """The integer that a `real` atom stands for, where arithmetic modulo 2^w gives its value and not only its remainder."""
    key = forms.atoms.key(atom)
    return unwrapped(forms, dict(key[3]), key[2]) if key[0] == "real" and key[1] else None


def unwrapped(forms: NormalForm, remainder: Polynomial, width: int) -> Polynomial | None:
    """A form modulo 2^width as one over the integers, where its signed value cannot leave the type; else None."""
    half, modulus = 1 << (width - 1), 1 << width
    form: Polynomial = {m: c if c < half else c - modulus for m, c in remainder.items()}
    most = bound(forms, form)
    return _in_values(forms, form) if most is not None and (most < half or single_atom(form) is not None) else None


def _in_values(forms: NormalForm, form: Polynomial) -> Polynomial:
    """Elements, which count modulo 2^w, as the signed values that they are."""
    result: Polynomial = {}
    for monomial, coefficient in form.items():
        image: Polynomial = {UNIT: coefficient}
        for atom, power in monomial:
            key = forms.atoms.key(atom)
            value = forms.atom("signed", int(key[3][1:]), freeze({((atom, 1),): 1})) if key[0] in ELEMENTS else {((atom, 1),): 1}
            for _ in range(power):
                image = product(image, value)
        accumulate(result, image)
    return result


def fits(forms: NormalForm, form: Polynomial, most: int, width: int) -> bool:
    """Whether a signed type of this width holds all values: below its half, or one value of a type that is no wider."""
    atom = single_atom(form)
    return most < 1 << (width - 1) or (atom is not None and forms.atoms.key(atom)[0] == "signed" and forms.atoms.key(atom)[1] <= width)


def bound(forms: NormalForm, form: Polynomial) -> int | None:
    """What the magnitude of an integer polynomial is at most."""
    total = 0
    for monomial, coefficient in form.items():
        factor = abs(int(coefficient))
        for atom, power in monomial:
            most = most_of(forms.atoms.key(atom))
            if most is None:
                return None
            factor *= most**power
        total += factor
    return total


def most_of(key: tuple) -> int | None:
    """What the magnitude of an atom is at most, by its type; None where that is not known."""
    if key[0] == "signed":
        return 1 << (key[1] - 1)
    if key[0] in ELEMENTS and key[3][0] == "i":
        return 1 << (int(key[3][1:]) - 1)
    return 1 if key[0] == "flag" else None

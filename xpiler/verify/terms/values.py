"""Integers as numbers, not modulo 2^w: what comparisons compare and addresses are.

The value of a sum is the sum of the values only where nothing wraps: where C says so (`Term.is_exact`), or where the bounds of all parts
say so. Everything else is an atom of its own, as `integer_rules` has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xpiler.verify.terms import integer_rules
from xpiler.verify.terms.polynomial import UNIT, Polynomial, accumulate, product, reduced
from xpiler.verify.terms.term import Term, Value

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm

SUMS = {"addi": 1, "subi": -1}
RING = frozenset({*SUMS, "muli", "shli"})
ADDRESS_BITS = 64
MOST_TERMS = 64


def value(forms: NormalForm, node: Value, width: int) -> Polynomial:
    """The signed number that an integer of a width is, over numbers that do not wrap."""
    if isinstance(node, int):
        return {UNIT: node} if node else {}
    key = (node, width)
    found = forms.values.get(key)
    if found is None:
        found = forms.values[key] = _value(forms, node, width)
    return found


def _value(forms: NormalForm, node: Term, width: int) -> Polynomial:
    forms.budget.spend()
    if node.kind == "int" and node.is_exact:
        combined = _combined(node.args[0], *(value(forms, part, width) for part in node.args[2:]))
        if combined is not None:
            return combined
    if node.kind == "ext" and node.args[1] > 1:
        signed, source, _, inner = node.args
        if signed:
            return value(forms, inner, source)
        return integer_rules.extended(forms, False, forms.integer(inner, source), source, inner)
    return integer_rules.extended(forms, True, forms.integer(node, width) if width > 1 else None, width, node)


def address(forms: NormalForm, node: Value) -> Polynomial:
    """An address, modulo 2^64: sums and products of 64 bits are a ring whether they wrap or not, what is extended to them is a number."""
    if not isinstance(node, Term) or node.kind != "int" or node.args[1] != ADDRESS_BITS:
        return value(forms, node, ADDRESS_BITS)
    found = forms.addresses.get(node)
    if found is None:
        combined = _combined(node.args[0], *(address(forms, part) for part in node.args[2:]))
        found = forms.addresses[node] = value(forms, node, ADDRESS_BITS) if combined is None else _centred(combined)
    return found


def _centred(form: Polynomial) -> Polynomial:
    """Coefficients modulo 2^64 as the signed ones: what is small stays small."""
    half = 1 << (ADDRESS_BITS - 1)
    return {m: c - 2 * half if c >= half else c for m, c in reduced(form, ADDRESS_BITS).items()}


def _combined(name: str, left: Polynomial, right: Polynomial) -> Polynomial | None:
    """A sum, difference or product of numbers; None for other operations, and for products of too many terms."""
    if name in SUMS:
        result = dict(left)
        accumulate(result, right, SUMS[name])
        return result
    if name == "muli" and len(left) * len(right) <= MOST_TERMS:
        return product(left, right)
    if name == "shli" and set(right) <= {UNIT} and 0 <= right.get(UNIT, 0) < ADDRESS_BITS:
        return {m: c << int(right.get(UNIT, 0)) for m, c in left.items()}
    return None

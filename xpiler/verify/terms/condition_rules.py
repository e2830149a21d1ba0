"""Rules for truth values: comparisons become the sign of a difference, of reals or of numbers; tests for NaN have rules of their own."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from xpiler.verify.limits import NotModelled
from xpiler.verify.model.integers import wrapped
from xpiler.verify.terms import integer_rules, nan_rules, values
from xpiler.verify.terms.exact_integers import bound
from xpiler.verify.terms.infinity_rules import infinity_of
from xpiler.verify.terms.keys import below_zero, is_zero
from xpiler.verify.terms.polynomial import UNIT, Polynomial, accumulate, constant_of, divided_by, freeze, reduced, single_atom
from xpiler.verify.terms.term import Term
from xpiler.verify.terms.truths import NEGATED, combined, members, negation

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm

# A predicate of arith.cmpf as (relation, operands swapped); over the reals ordered and unordered are one.
REAL = {
    1: ("equal", False),
    2: ("below", True),
    3: ("at_most", True),
    4: ("below", False),
    5: ("at_most", False),
    6: ("differ", False),
    8: ("equal", False),
    9: ("below", True),
    10: ("at_most", True),
    11: ("below", False),
    12: ("at_most", False),
    13: ("differ", False),
}


def condition(forms: NormalForm, term: Term) -> object:
    """A comparison or a logical combination of them; True, False or a key."""
    if term.kind == "compare":
        return _real_comparison(forms, *term.args)
    if term.kind == "icompare":
        return _integer_comparison(forms, *term.args)
    if term.kind == "select":
        return _choice(*(forms.condition(a) for a in term.args))
    if term.kind == "int" and term.args[1] == 1:
        return _logic(forms, term)
    if term.kind == "at":
        return _is_at(forms, *term.args)
    if term.kind == "trunc":
        return ("bit", freeze(forms.integer(term.args[2], term.args[0])))
    if term.kind == "leaf":
        return ("leaf", *term.args)
    if term.kind in ("load", "lookup"):
        return ("bit", freeze(forms.integer(term, 1)))
    raise NotModelled(f"a condition of kind '{term.kind}'")


def _is_at(forms: NormalForm, place: object, number: int) -> object:
    """Whether an address is a number: as whole numbers, where these are so small that 2^64 makes no difference."""
    form = values.address(forms, place)
    most = bound(forms, form)
    if most is None or most + abs(number) >= 1 << (values.ADDRESS_BITS - 1):
        return ("at", freeze(form), number)
    return is_zero(_difference(form, {UNIT: number} if number else {}))


def _real_comparison(forms: NormalForm, predicate: int, a: Term, b: Term) -> object:
    """x < y is x - y < 0. Comparing a value with itself is a test for NaN, which reals do not have (`nan_rules`)."""
    test = nan_rules.tested(predicate, a, b)
    if test is not None:
        return test if isinstance(test, bool) else nan_rules.condition_of(*test)
    relation, swapped = REAL[predicate]
    left, right = (b, a) if swapped else (a, b)
    infinities = infinity_of(forms, left), infinity_of(forms, right)
    if any(infinities):
        return _against_infinity(forms, relation, (left, right), infinities)
    difference = dict(forms.real(left))
    accumulate(difference, forms.real(right), -1)
    if not difference and constant_of(forms.real(a)) is None:
        raise NotModelled("a comparison of a value with itself, which tests for NaN")
    number = constant_of(difference)
    if number is not None:
        return {"equal": number == 0, "differ": number != 0, "below": number < 0, "at_most": number <= 0}[relation]
    return (relation, freeze(_scaled(difference, either_sign=relation in NEGATED)))


def _against_infinity(forms: NormalForm, relation: str, terms: tuple[Term, Term], signs: tuple[int, int]) -> bool:
    """Every real lies between the two infinities; a term that has a form is a real."""
    for term, sign in zip(terms, signs, strict=True):
        if not sign:
            forms.real(term)
    a, b = signs
    return {"equal": a == b, "differ": a != b, "below": a < b, "at_most": a <= b}[relation]


def _scaled(polynomial: Polynomial, either_sign: bool) -> Polynomial:
    """p < 0 iff c p < 0 for c > 0; p = 0 iff c p = 0 for c other than 0."""
    leading = Fraction(min(polynomial.items())[1])
    scale = leading if either_sign else abs(leading)
    return divided_by(polynomial, scale)


# A predicate of arith.cmpi as (relation, operands swapped).
INTEGER = {
    0: ("equal", False),
    1: ("differ", False),
    2: ("slt", False),
    3: ("sle", False),
    4: ("slt", True),
    5: ("sle", True),
    6: ("ult", False),
    7: ("ule", False),
    8: ("ult", True),
    9: ("ule", True),
}


OPPOSITE = {"slt": "sle", "sle": "slt", "ult": "ule", "ule": "ult"}


def order_of(forms: NormalForm, term: object) -> tuple | None:
    """An integer comparison as (relation, width, forms of both operands modulo 2^w), for choices between the operands; None for others."""
    if not isinstance(term, Term) or term.kind != "icompare":
        return None
    predicate, width, *operands = term.args
    relation, swapped = INTEGER[predicate]
    left, right = (freeze(forms.integer(v, width)) for v in (reversed(operands) if swapped else operands))
    return (relation, width, left, right)


def _integer_comparison(forms: NormalForm, predicate: int, width: int, a: object, b: object) -> object:
    """Numbers are compared by their difference, which does not wrap; so two widths, or another way to compute an operand, say the same."""
    relation, swapped = INTEGER[predicate]
    left, right = (b, a) if swapped else (a, b)
    if relation in ("equal", "differ"):
        same = _is_same(forms, left, right, width)
        return same if relation == "equal" else negation(same)
    if relation[0] == "u":
        return _without_sign(forms, relation, (left, right), width)
    return _ordered(relation, *(values.value(forms, v, width) for v in (left, right)))


def _is_same(forms: NormalForm, left: object, right: object, width: int) -> object:
    """Equality is that of the difference modulo 2^w; of whole numbers where that is one, or where it is an element and a constant."""
    difference = reduced(_difference(forms.integer(left, width), forms.integer(right, width)), width)
    number = constant_of(difference)
    if number is not None:
        return number == 0
    negative = reduced({m: -c for m, c in difference.items()}, width)
    for form in (difference, negative):
        element = {m: c for m, c in form.items() if m != UNIT}
        if single_atom(element) is not None:
            return _is_element(forms, element, wrapped(-form.get(UNIT, 0), width), width)
    return ("iequal", width, min(freeze(difference), freeze(negative)))


def _is_element(forms: NormalForm, element: Polynomial, number: int, width: int) -> object:
    """Whether what is one atom modulo 2^w is a number."""
    return is_zero(_difference(integer_rules.extended(forms, True, element, width, 0), {UNIT: number} if number else {}))


def _without_sign(forms: NormalForm, relation: str, terms: tuple[object, object], width: int) -> object:
    """x < c without signs is 0 <= x < c, of signed x and a constant c that is not negative; x < c for a negative one is x < c or x >= 0."""
    numbers = [values.value(forms, v, width) for v in terms]
    limits = [constant_of(number) for number in numbers]
    if limits[1] is not None:
        natural, below = negation(below_zero(numbers[0])), _ordered(f"s{relation[1:]}", *numbers)
        return combined("andi" if limits[1] >= 0 else "ori", natural, below)
    if limits[0] is not None:
        return negation(_without_sign(forms, OPPOSITE[relation], terms[::-1], width))
    if all(_is_natural(forms, number) for number in numbers):
        return _ordered(f"s{relation[1:]}", *numbers)
    return (relation, width, *(freeze(forms.integer(v, width)) for v in terms))


def _is_natural(forms: NormalForm, number: Polynomial) -> bool:
    """Whether a number is a sum of truths and places, which are not negative."""
    return all(c > 0 and all(forms.atoms.key(atom)[0] in ("flag", "first") for atom, _ in m) for m, c in number.items())


def _ordered(relation: str, left: Polynomial, right: Polynomial) -> object:
    """a < b is a - b < 0, a <= b is a - b - 1 < 0."""
    difference = _difference(left, right)
    if relation == "sle":
        accumulate(difference, {UNIT: 1}, -1)
    return below_zero(difference)


def _difference(left: Polynomial, right: Polynomial) -> Polynomial:
    result = dict(left)
    accumulate(result, right, -1)
    return result


def _logic(forms: NormalForm, term: Term) -> object:
    """and, or on truth values are sets; xor with true is negation."""
    operation, _, a, b = term.args
    p, q = forms.condition(a), forms.condition(b)
    if operation == "xori":
        if isinstance(q, bool):
            p, q = q, p
        if isinstance(p, bool):
            return negation(q) if p else q
        return ("xor", tuple(sorted((repr(p), repr(q)))))
    if operation not in ("andi", "ori"):
        raise NotModelled(f"'arith.{operation}' on conditions")
    return combined(operation, p, q)


def _choice(condition: object, yes: object, no: object) -> object:
    """`c ? x : false` is `c and x`, `c ? true : x` is `c or x`, and so with the condition turned."""
    if isinstance(condition, bool):
        return yes if condition else no
    if yes == no:
        return yes
    if isinstance(no, bool):
        return combined("ori", negation(condition), yes) if no else combined("andi", condition, yes)
    if isinstance(yes, bool):
        return combined("ori", condition, no) if yes else combined("andi", negation(condition), no)
    return ("choice", condition, yes, no)


def without_ties(condition: object) -> Polynomial | None:
    """The p of `p < 0`, of `p <= 0` and of `p < 0 || (p = 0 && ...)`, for a choice that does not matter where p = 0."""
    if condition[0] in ("below", "at_most"):
        return dict(condition[1])
    for sign, tie in _alternatives(condition, "ori"):
        if isinstance(sign, tuple) and sign[0] == "below":
            same = ("equal", freeze(_scaled(dict(sign[1]), either_sign=True)))
            if tie == same or any(part == same for part, _ in _alternatives(tie, "andi")):
                return dict(sign[1])
    return None


def _alternatives(condition: object, operation: str) -> list[tuple[object, object]]:
    """The ways to see a condition as `a || b`, or as `a && b`: each part, and what the others say together."""
    parts = members(operation, condition)
    if len(parts) < 2:
        return []
    return [(part, combined(operation, *(other for other in parts if other is not part))) for part in parts]

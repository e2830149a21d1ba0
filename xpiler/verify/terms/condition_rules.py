"""Rules for truth values: comparisons of reals become the sign of a difference; tests for NaN have rules of their own."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from xpiler.verify.limits import NotModelled
from xpiler.verify.terms import nan_rules
from xpiler.verify.terms.infinity_rules import infinity_of
from xpiler.verify.terms.polynomial import Polynomial, accumulate, constant_of, divided_by, freeze, reduced
from xpiler.verify.terms.term import Term

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
NEGATED = {"equal": "differ", "differ": "equal"}


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
    if term.kind == "trunc":
        return ("bit", freeze(forms.integer(term.args[2], term.args[0])))
    if term.kind == "leaf":
        return ("leaf", *term.args)
    raise NotModelled(f"a condition of kind '{term.kind}'")


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


def _integer_comparison(forms: NormalForm, predicate: int, width: int, a: object, b: object) -> object:
    """Order does not survive wrapping, so only the operands' forms are compared; equality is that of the difference."""
    relation, swapped = INTEGER[predicate]
    left, right = (forms.integer(v, width) for v in ((b, a) if swapped else (a, b)))
    if relation in NEGATED:
        difference = dict(left)
        accumulate(difference, right, -1)
        difference = reduced(difference, width)
        number = constant_of(difference)
        if number is not None:
            return (number == 0) == (relation == "equal")
        negative = reduced({m: -c for m, c in difference.items()}, width)
        return (f"i{relation}", width, min(freeze(difference), freeze(negative)))
    return (relation, width, freeze(left), freeze(right))


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
    absorbing = operation == "ori"
    if isinstance(p, bool):
        return absorbing if p == absorbing else q
    if isinstance(q, bool):
        return absorbing if q == absorbing else p
    return p if p == q else (operation, *sorted((p, q), key=repr))


def _choice(condition: object, yes: object, no: object) -> object:
    if isinstance(condition, bool):
        return yes if condition else no
    return yes if yes == no else ("choice", condition, yes, no)


def negation(value: object) -> object:
    """not (p < 0) is -p <= 0; not (p = 0) is p differs from 0."""
    if isinstance(value, bool):
        return not value
    if value[0] == "not":
        return value[1]
    if value[0] in NEGATED:
        return (NEGATED[value[0]], value[1])
    if value[0] in ("below", "at_most"):
        return ("at_most" if value[0] == "below" else "below", tuple((m, -c) for m, c in value[1]))
    return ("not", value)


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
    """Both orders of what `a || b` or `a && b` combines, also where b is only asked for if a does not decide."""
    if not isinstance(condition, tuple):
        return []
    if condition[0] == operation:
        return [(condition[1], condition[2]), (condition[2], condition[1])]
    if condition[0] != "choice":
        return []
    _, first, yes, no = condition
    if operation == "ori":
        return [(first, no)] if yes is True else []
    return [(first, yes)] if no is False else []

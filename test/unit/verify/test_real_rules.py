"""Rules over the reals: every form evaluates to what its term does, pairs that must have one form, twins that must not."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xpiler.verify.limits import Budget, NotModelled
from xpiler.verify.terms.normal_form import NormalForm
from xpiler.verify.terms.polynomial import Polynomial
from xpiler.verify.terms.term import Term, constant, make, undefined

X, Y, Z = (make("leaf", name, 0, "f32") for name in "XYZ")
ONE, TWO = constant(1), constant(2)


def add(a: Term, b: Term) -> Term:
    return make("add", a, b)


def mul(a: Term, b: Term) -> Term:
    return make("mul", a, b)


def div(a: Term, b: Term) -> Term:
    return make("div", a, b)


def neg(a: Term) -> Term:
    return make("neg", a)


def function(name: str, a: Term) -> Term:
    return make("fn", name, a)


def below(a: Term, b: Term) -> Term:
    return make("compare", 4, a, b)


def same(a: Term, b: Term) -> bool:
    return NormalForm(Budget(10)).equal(a, b, "f32")


HALF, HALF_TOO = (make("leaf", name, 0, "f16") for name in "HK")


def greatest(a: Term, b: Term) -> Term:
    return make("max", a, b)


def within(low: int, high: int, a: Term) -> Term:
    """By two choices."""
    return make("select", below(a, constant(low)), constant(low), make("select", below(constant(high), a), constant(high), a))


def clamped(low: int, high: int, a: Term) -> Term:
    return make("min", make("max", a, constant(low)), constant(high))


INFINITY, MINUS_INFINITY = make("inf", 1), make("inf", -1)
LOWEST = constant(-(2**24 - 1) * 2**104)


def exp(a: Term) -> Term:
    return function("exp", a)


def share(shift: Term) -> Term:
    """Of the first of three exponentials in their sum, each shifted."""
    x, y, z = (exp(add(a, neg(shift))) for a in (X, mul(Y, Z), mul(X, Z)))
    return div(x, add(x, add(y, z)))


THRICE = add(X, add(X, add(X, add(Y, add(Y, Y)))))


def positive(a: Term, yes: Term, no: Term) -> Term:
    """`a > 0 ? yes : no`."""
    return make("select", below(constant(0), a), yes, no)


def above_zero(a: Term) -> Term:
    return make("max", a, constant(0))


def under_zero(a: Term) -> Term:
    return make("min", a, constant(0))


TENTH = constant(Fraction(1, 10))
GROWTH = mul(Y, add(function("exp", X), constant(-1)))
PARTED = add(above_zero(X), mul(Y, add(function("exp", under_zero(X)), constant(-1))))
PAIRS = {
    "the hyperbolic cosine": (
        mul(TWO, function("cosh", X)),
        add(function("exp", X), function("exp", neg(X))),
    ),
    "the hyperbolic cosine of nothing": (function("cosh", constant(0)), ONE),
    "a choice of multiples": (positive(X, X, mul(Y, X)), add(above_zero(X), mul(Y, under_zero(X)))),
    "a choice of constant multiples": (positive(X, X, mul(TENTH, X)), add(above_zero(X), mul(TENTH, under_zero(X)))),
    "a maximum of constant multiples": (greatest(X, mul(TENTH, X)), add(above_zero(X), mul(TENTH, under_zero(X)))),
    "a choice with an exponential": (positive(X, X, GROWTH), PARTED),
    "a choice by a sum": (
        positive(add(X, Y), add(X, Y), mul(Z, add(X, Y))),
        add(above_zero(add(X, Y)), mul(Z, under_zero(add(X, Y)))),
    ),
    "division by a sum of equal terms": (div(ONE, THRICE), div(div(ONE, add(X, Y)), constant(3))),
    "reassociation": (add(add(X, Y), Z), add(X, add(Z, Y))),
    "distribution": (mul(X, add(Y, Z)), add(mul(X, Y), mul(X, Z))),
    "rounded twice": (function("trunc", mul(TWO, function("roundeven", X))), mul(TWO, function("roundeven", X))),
    "constant factor": (div(X, TWO), mul(div(ONE, TWO), X)),
    "division": (div(X, Y), mul(X, div(ONE, Y))),
    "division of a scaled sum": (div(X, mul(TWO, add(Y, Z))), mul(div(ONE, TWO), div(X, add(Z, Y)))),
    "exponentials": (mul(function("exp", X), function("exp", Y)), function("exp", add(X, Y))),
    "square of an exponential": (mul(function("exp", X), function("exp", X)), function("exp", add(X, X))),
    "reciprocal of an exponential": (div(X, function("exp", Y)), mul(X, function("exp", neg(Y)))),
    "reciprocal root": (function("rsqrt", X), div(ONE, function("sqrt", X))),
    "tanh": (function("tanh", X), add(div(TWO, add(ONE, function("exp", mul(constant(-2), X)))), constant(-1))),
    "maximum": (make("max", make("max", X, Y), X), make("max", Y, X)),
    "minimum by maximum": (make("min", X, Y), neg(make("max", neg(X), neg(Y)))),
    "minus infinity": (make("max", make("inf", -1), X), X),
    "lowest float": (make("max", constant(-(2**24 - 1) * 2**104), X), X),
    "branch as maximum": (make("select", below(X, Y), Y, X), make("max", X, Y)),
    "branch as minimum": (make("select", make("compare", 2, X, Y), Y, X), make("min", X, Y)),
    "a clamp by choices": (within(-1, 3, X), clamped(-1, 3, X)),
    "a clamp of a difference": (within(-1, 3, add(X, neg(Y))), neg(clamped(-3, 1, add(Y, neg(X))))),
    "limits in another order": (make("max", make("min", X, constant(3)), constant(-1)), clamped(-1, 3, X)),
    "a clamp the other way": (
        make("select", below(constant(3), X), constant(3), make("select", below(X, constant(-1)), constant(-1), X)),
        clamped(-1, 3, X),
    ),
    "a maximum of halves": (make("round", "f16", greatest(HALF, HALF_TOO)), greatest(HALF, HALF_TOO)),
    "a rounding keeps the order": (make("round", "f16", greatest(X, Y)), greatest(make("round", "f16", X), make("round", "f16", Y))),
    "a rounding of a negation": (make("round", "f16", neg(add(X, Y))), neg(make("round", "f16", add(X, Y)))),
    "a square by a power": (make("fn", "powf", X, TWO), mul(X, X)),
    "rounding of one sum": (make("round", "f16", add(X, Y)), make("round", "f16", add(Y, X))),
    "a shift": (share(greatest(X, Y)), share(constant(0))),
    "a shift by the lowest float or more": (share(greatest(LOWEST, mul(X, Y))), share(greatest(mul(X, Y), X))),
    "the first correction of a sum": (add(X, mul(Y, exp(add(MINUS_INFINITY, neg(Z))))), X),
    "a key that is left out": (greatest(add(mul(TWO, MINUS_INFINITY), Y), X), X),
    "the first maximum by a choice": (make("select", make("compare", 2, mul(X, Y), MINUS_INFINITY), mul(X, Y), MINUS_INFINITY), mul(Y, X)),
    "a choice between what is left out": (exp(make("select", below(X, Y), MINUS_INFINITY, add(MINUS_INFINITY, X))), constant(0)),
}
TWINS = {
    "the hyperbolic sine": (mul(TWO, function("cosh", X)), add(function("exp", X), neg(function("exp", neg(X))))),
    "a choice of multiples turned round": (positive(X, X, mul(Y, X)), add(under_zero(X), mul(Y, above_zero(X)))),
    "a choice with an exponential that is not one at zero": (positive(X, X, mul(Y, function("exp", X))), PARTED),
    "a choice by another number": (positive(Z, X, mul(Y, X)), add(above_zero(X), mul(Y, under_zero(X)))),
    "a maximum of multiples of two signs": (greatest(X, mul(neg(TENTH), X)), add(above_zero(X), mul(TENTH, under_zero(X)))),
    "a minimum of multiples": (make("min", X, mul(TENTH, X)), add(above_zero(X), mul(TENTH, under_zero(X)))),
    "a third and the float nearest to it": (div(ONE, THRICE), mul(constant(Fraction(1 / 3)), div(ONE, add(X, Y)))),
    "multiplicity": (add(X, X), add(X, Y)),
    "one summand twice": (add(X, X), X),
    "sign": (add(X, neg(Y)), add(Y, neg(X))),
    "constant": (mul(constant(3), X), mul(TWO, X)),
    "x over x": (div(X, X), ONE),
    "a division that cancels": (add(div(X, Y), neg(div(X, Y))), constant(0)),
    "a root that cancels": (mul(function("sqrt", X), constant(0)), constant(0)),
    "sum of exponentials": (add(function("exp", X), function("exp", Y)), function("exp", add(X, Y))),
    "maximum and minimum": (make("max", X, Y), make("min", X, Y)),
    "a float below the lowest half": (make("max", constant(-65504), X), X),
    "a sum may be below the lowest float": (make("max", constant(-(2**24 - 1) * 2**104), add(X, Y)), add(X, Y)),
    "branch the other way": (make("select", below(X, Y), X, Y), make("max", X, Y)),
    "a rounding is no identity": (make("round", "f16", X), X),
    "roundings of two types": (make("round", "f16", X), make("round", "bf16", X)),
    "a rounding inside of a sum": (make("round", "f16", add(X, make("round", "f16", Y))), make("round", "f16", add(X, Y))),
    "square root of a square": (function("sqrt", mul(X, X)), X),
    "limits that cross": (make("max", make("min", X, constant(-1)), constant(3)), clamped(3, -1, X)),
    "choices whose limits cross": (within(3, -1, X), clamped(3, -1, X)),
    "another limit": (within(-1, 3, X), clamped(-1, 2, X)),
    "a maximum of floats is no half": (make("round", "f16", greatest(X, Y)), greatest(X, Y)),
    "a power that is not whole": (make("fn", "powf", X, constant(Fraction(5, 2))), mul(X, X)),
    "signs of zeros": (make("fn", "copysign", ONE, neg(X)), make("fn", "copysign", ONE, add(constant(0), neg(add(X, ONE))))),
    "signs of differences": (make("fn", "copysign", ONE, neg(add(X, neg(Y)))), make("fn", "copysign", ONE, add(Y, neg(X)))),
    "an unknown": (add(undefined(), X), add(undefined(), X)),
    "an unknown times zero": (mul(undefined(), constant(0)), constant(0)),
    "x^2 and x": (mul(X, X), X),
    "a shift of the sum alone": (div(exp(X), add(exp(add(X, neg(Z))), exp(add(Y, neg(Z))))), div(exp(X), add(exp(X), exp(Y)))),
    "a shift of a sum with a constant": (
        div(exp(add(X, Y)), add(ONE, add(exp(add(Z, Y)), exp(Y)))),
        div(exp(X), add(ONE, add(exp(Z), ONE))),
    ),
    "the lowest float is a number": (exp(add(LOWEST, X)), constant(0)),
    "a correction by a number": (mul(Y, exp(add(constant(-1), neg(Z)))), constant(0)),
    "a division that vanishes beside an infinity": (exp(add(MINUS_INFINITY, div(X, Y))), constant(0)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_equal_terms_have_one_form(name: str) -> None:
    assert same(*PAIRS[name])


@pytest.mark.parametrize("name", TWINS)
def test_different_terms_have_two(name: str) -> None:
    assert not same(*TWINS[name])


REFUSED = {
    "infinity in a sum": add(make("inf", -1), X),
    "the exponential of infinity": exp(add(X, INFINITY)),
    "a difference of infinities": exp(add(MINUS_INFINITY, neg(greatest(MINUS_INFINITY, MINUS_INFINITY)))),
    "zero times infinity": exp(mul(MINUS_INFINITY, add(X, neg(X)))),
    "an infinity of a sign that nobody knows": exp(mul(MINUS_INFINITY, X)),
    "the maximum with infinity": greatest(INFINITY, X),
    "an infinity that depends on data": exp(make("select", below(X, Y), MINUS_INFINITY, X)),
    "an unknown beside an infinity": exp(add(MINUS_INFINITY, make("bitcast", "f32", "f64", X))),
    "division by zero": div(X, add(Y, neg(Y))),
    "test of a maximum for NaN": make("select", make("compare", 13, make("max", X, Y), make("max", X, Y)), X, Y),
    "bits of a float": make("bitcast", "f32", "f64", X),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_reals_do_not_have_is_refused(name: str) -> None:
    with pytest.raises(NotModelled):
        NormalForm(Budget(10)).real(REFUSED[name])


LEAVES = st.sampled_from([X, Y, Z, ONE, TWO, constant(-1), INFINITY, MINUS_INFINITY])
TERMS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(add, inner, inner),
        st.builds(mul, inner, inner),
        st.builds(neg, inner),
        st.builds(lambda a, b: make("max", a, b), inner, inner),
        st.builds(lambda a, b: make("min", a, b), inner, inner),
        st.builds(lambda a: function("exp", function("sin", a)), inner),
        st.builds(lambda a: function("tanh", a), inner),
        st.builds(lambda a, b: div(a, add(constant(3), function("exp", function("sin", b)))), inner, inner),
        st.builds(
            lambda a, b, c: div(exp(function("sin", a)), add(exp(function("sin", b)), mul(TWO, exp(function("sin", c))))),
            inner,
            inner,
            inner,
        ),
        st.builds(lambda a, b: exp(make("min", add(a, MINUS_INFINITY), b)), inner, inner),
        st.builds(within, st.integers(-2, 2), st.integers(-2, 2), inner),
        st.builds(clamped, st.integers(-2, 2), st.integers(-2, 2), inner),
        st.builds(lambda a, b, c: make("select", below(a, add(b, constant(7))), c, a), inner, inner, inner),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(TERMS, st.tuples(*[st.floats(-2, 2)] * 3))
def test_a_form_evaluates_to_what_its_term_does(term: Term, point: tuple[float, ...]) -> None:
    forms = NormalForm(Budget(10))
    values = dict(zip("XYZ", point, strict=True))
    try:
        form = forms.real(term)
        expected = of_term(term, values)
        actual = of_form(forms, form, values)
    except (NotModelled, OverflowError):
        return
    assert math.isclose(expected, actual, rel_tol=1e-6, abs_tol=1e-6 * (1 + size_of(form)))


FUNCTIONS = {"exp": math.exp, "sin": math.sin, "tanh": math.tanh, "sqrt": math.sqrt}


def size_of(form: Polynomial) -> float:
    return float(sum(abs(c) for c in form.values()))


def of_term(term: Term, values: dict[str, float]) -> float:
    if term.kind == "leaf":
        return values[term.args[0]]
    if term.kind == "inf":
        return term.args[0] * math.inf
    if term.kind == "const":
        return float(term.args[0])
    if term.kind == "fn":
        return FUNCTIONS[term.args[0]](of_term(term.args[1], values))
    if term.kind == "select":
        _, a, b = term.args[0].args
        return of_term(term.args[1 if of_term(a, values) < of_term(b, values) else 2], values)
    parts = [of_term(a, values) for a in term.args]
    rules = {"add": sum, "mul": math.prod, "neg": lambda p: -p[0], "max": max, "min": min, "div": lambda p: p[0] / p[1]}
    return rules[term.kind](parts)


def of_form(forms: NormalForm, form: Polynomial, values: dict[str, float]) -> float:
    return sum(float(c) * math.prod(of_atom(forms, atom, values) ** power for atom, power in m) for m, c in form.items())


def of_atom(forms: NormalForm, atom: int, values: dict[str, float]) -> float:
    kind, *rest = forms.atoms.key(atom)
    if kind == "leaf":
        return values[rest[0]]
    if kind == "select":
        (relation, difference), yes, no = rest
        number = of_form(forms, dict(difference), values)
        return of_form(forms, dict(yes if (number < 0 if relation == "below" else number <= 0) else no), values)
    if kind == "max":
        return max(of_form(forms, dict(member), values) for member in rest[0])
    if kind == "fn":
        return FUNCTIONS[rest[0]](of_form(forms, dict(rest[1]), values))
    number = of_form(forms, dict(rest[0]), values)
    return {"exp": math.exp, "reciprocal": lambda v: 1 / v, "sum": lambda v: v}[kind](number)


def test_a_part_of_what_was_rounded_is_no_integer() -> None:
    half = mul(div(ONE, TWO), function("roundeven", X))
    assert not same(function("trunc", half), half)
    assert not same(function("trunc", function("exp", X)), function("exp", X))

"""Rules modulo 2^w: every form evaluates to what its term does, exactly; pairs with one form and twins without."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xpiler.verify.limits import Budget, NotModelled
from xpiler.verify.model.integers import BINARY, binary, extension, truncation, wrapped
from xpiler.verify.terms.normal_form import NormalForm
from xpiler.verify.terms.polynomial import Polynomial
from xpiler.verify.terms.term import Term, Value, make, undefined

A, B = (make("leaf", name, 0, "i8") for name in "AB")


def wide(signed: bool, a: Value) -> Value:
    return extension(signed, 8, 32)(a)


def op(name: str, a: Value, b: Value, width: int = 32) -> Value:
    return binary(name, width, False)(a, b)


SA, SB, UA = wide(True, A), wide(True, B), wide(False, A)
PAIRS = {
    "commutativity": (op("muli", SA, SB), op("muli", SB, SA)),
    "shift": (op("shli", SA, 3), op("muli", SA, 8)),
    "unsigned by signed": (wide(False, op("xori", A, -128, 8)), op("addi", SA, 128)),
    "compensation": (
        op("subi", op("muli", wide(False, op("xori", A, -128, 8)), SB), op("muli", SB, 128)),
        op("muli", SA, SB),
    ),
    "extension in steps": (extension(True, 16, 32)(extension(True, 8, 16)(A)), SA),
    "truncation of a product": (truncation(32, 8)(op("muli", SA, SB)), op("muli", A, B, 8)),
    "complement": (op("xori", SA, -1), op("subi", -1, SA)),
}
TWINS = {
    "signedness": (SA, UA),
    "narrow sum": (wide(True, op("addi", A, B, 8)), op("addi", SA, SB)),
    "right shift": (op("shrsi", SA, 1), op("shrui", SA, 1)),
    "quotient": (op("divsi", op("muli", SA, 2), 2), SB),
    "order": (make("select", make("icompare", 2, 32, SA, SB), 1, 0), make("select", make("icompare", 6, 32, SA, SB), 1, 0)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_equal_terms_have_one_form(name: str) -> None:
    width = "i8" if name == "truncation of a product" else "i32"
    assert NormalForm(Budget(10)).equal(*PAIRS[name], width)


@pytest.mark.parametrize("name", TWINS)
def test_different_terms_have_two(name: str) -> None:
    assert not NormalForm(Budget(10)).equal(*TWINS[name], "i32")


def test_a_division_by_data_is_refused() -> None:
    with pytest.raises(NotModelled):
        NormalForm(Budget(10)).integer(op("divsi", SA, SB), 32)


OPERATIONS = ("addi", "subi", "muli", "andi", "ori", "xori", "minsi", "maxui", "shli", "shrsi")
TERMS = st.recursive(
    st.one_of(st.sampled_from([SA, SB, UA, wide(False, B)]), st.integers(-(2**31), 2**31 - 1), st.integers(-3, 9)),
    lambda inner: st.one_of(
        st.builds(op, st.sampled_from(OPERATIONS[:-2]), inner, inner),
        st.builds(op, st.sampled_from(OPERATIONS[-2:]), inner, st.integers(0, 31)),
        st.builds(lambda a, s: wide(s, truncation(32, 8)(a)), inner, st.booleans()),
        st.builds(lambda a, s: extension(s, 16, 32)(truncation(32, 16)(a)), inner, st.booleans()),
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(TERMS, st.integers(-128, 127), st.integers(-128, 127))
def test_a_form_evaluates_to_what_its_term_does(term: Value, a: int, b: int) -> None:
    forms = NormalForm(Budget(10))
    values = {"A": a, "B": b}
    assert of_form(forms, forms.integer(term, 32), values) % 2**32 == of_term(term, values) % 2**32


def of_term(term: Value, values: dict[str, int]) -> int:
    if isinstance(term, int):
        return term
    if term.kind == "leaf":
        return values[term.args[0]]
    if term.kind == "ext":
        return extension(*term.args[:3])(of_term(term.args[3], values))
    if term.kind == "trunc":
        return wrapped(of_term(term.args[2], values), term.args[1])
    name, width, a, b = term.args
    return wrapped(BINARY[name](of_term(a, values), of_term(b, values), width), width)


def of_form(forms: NormalForm, form: Polynomial, values: dict[str, int]) -> int:
    total = 0
    for monomial, coefficient in form.items():
        for atom, power in monomial:
            coefficient *= of_atom(forms, atom, values) ** power
        total += coefficient
    return total


def of_atom(forms: NormalForm, atom: int, values: dict[str, int]) -> int:
    kind, *rest = forms.atoms.key(atom)
    if kind == "leaf":
        return values[rest[0]]
    if kind == "signed":
        return wrapped(of_form(forms, dict(rest[1]), values), rest[0])
    if kind == "trunc":
        return wrapped(of_atom(forms, rest[1], values), rest[0])
    name, width, a, b = rest
    operands = [wrapped(of_form(forms, dict(o), values), width) for o in (a, b)]
    return wrapped(BINARY[name](*operands, width), width)


def test_sums_with_zero_and_products_with_zero_and_one_make_no_term() -> None:
    add, subtract, multiply = (binary(name, 32, no_signed_wrap=True) for name in ("addi", "subi", "muli"))
    assert add(SA, 0) is SA
    assert add(0, SA) is SA
    assert subtract(SA, 0) is SA
    assert multiply(SA, 1) is SA
    assert multiply(0, SA) == 0


def test_what_nobody_knows_stays_unknown_times_zero() -> None:
    product = binary("muli", 32, no_signed_wrap=False)(undefined(), 0)
    assert isinstance(product, Term)
    assert product.tainted
    assert binary("subi", 32, no_signed_wrap=False)(0, SA) != SA

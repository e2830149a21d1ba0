"""Rules modulo 2^w: every form evaluates to what its term does, exactly; pairs with one form and twins without."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xpiler.verify.limits import Budget, NotModelled
from xpiler.verify.model.integers import BINARY, COMPARISONS, binary, comparison, extension, magnitude, truncation, unsigned, wrapped
from xpiler.verify.model.reals import constant, to_integer
from xpiler.verify.terms.normal_form import NormalForm
from xpiler.verify.terms.polynomial import Polynomial
from xpiler.verify.terms.term import Term, Value, make, undefined

A, B = (make("leaf", name, 0, "i8") for name in "AB")


def wide(signed: bool, a: Value) -> Value:
    return extension(signed, 8, 32)(a)


def op(name: str, a: Value, b: Value, width: int = 32) -> Value:
    return binary(name, width, False)(a, b)


def choice(predicate: int, a: Value, b: Value, yes: Value, no: Value) -> Value:
    condition = comparison(predicate, 32)(a, b)
    if isinstance(condition, int):
        return yes if condition else no
    return make("select", condition, yes, no)


LESS, AT_MOST, GREATER = 2, 3, 4  # predicates of arith.cmpi


def within(low: int, high: int, a: Value) -> Value:
    """By two choices."""
    return choice(LESS, a, low, low, choice(GREATER, a, high, high, a))


REAL = make("leaf", "X", 0, "f32")


def converted(a: Term, width: int, signed: bool = True) -> Value:
    """A real's integer, as 32 bits: converted at once, or to 32 bits that are cut."""
    return extension(signed, width, 32)(to_integer(signed, width)(a))


def cut(a: Term, width: int, signed: bool = True) -> Value:
    return extension(signed, width, 32)(truncation(32, width)(to_integer(True, 32)(a)))


def clamped(low: int, high: int) -> Term:
    return make("min", make("max", REAL, constant(low)), constant(high))


SA, SB, UA, UB = wide(True, A), wide(True, B), wide(False, A), wide(False, B)
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
    "remainder of an unsigned number": (op("remui", SA, 8), op("andi", SA, 7)),
    "low bits of a sum": (op("andi", op("addi", SA, SB), 7), op("andi", op("addi", op("andi", SA, 7), op("andi", SB, 15)), 7)),
    "bits of a byte": (op("andi", SA, 255), UA),
    "quotient of an unsigned number": (op("divui", SA, 4), op("shrui", SA, 2)),
    "the lesser by a choice": (choice(LESS, SB, SA, SB, SA), op("minsi", SA, SB)),
    "the greater by a choice": (choice(AT_MOST, SA, SB, SB, SA), op("maxsi", SA, SB)),
    "magnitude": (choice(LESS, SA, 0, op("subi", 0, SA), SA), magnitude(32)(SA)),
    "magnitude of what is not positive": (choice(GREATER, SA, 0, SA, op("subi", 0, SA)), magnitude(32)(SA)),
    "the lesser of bytes without signs": (choice(LESS, UB, UA, UB, UA), op("minsi", UA, UB)),
    "a clamp by choices": (within(0, 100, SA), op("minsi", op("maxsi", SA, 0), 100)),
    "limits in another order": (op("maxsi", op("minsi", SA, 100), -5), op("minsi", op("maxsi", SA, -5), 100)),
    "a clamp the other way": (choice(GREATER, SA, 100, 100, choice(LESS, SA, -5, -5, SA)), within(-5, 100, SA)),
    "complement": (op("xori", SA, -1), op("subi", -1, SA)),
    "a clamped real as a byte": (converted(clamped(-128, 127), 8), cut(clamped(-128, 127), 8)),
    "clamped from the other side": (
        converted(make("max", make("min", REAL, constant(100)), constant(-9)), 8),
        cut(make("max", make("min", REAL, constant(100)), constant(-9)), 8),
    ),
    "a clamped real as a byte without sign": (converted(clamped(0, 255), 8, False), cut(clamped(0, 255), 8, False)),
    "what was cut off before": (converted(make("fn", "trunc", REAL), 32), converted(REAL, 32)),
}
TWINS = {
    "signedness": (SA, UA),
    "narrow sum": (wide(True, op("addi", A, B, 8)), op("addi", SA, SB)),
    "right shift": (op("shrsi", SA, 1), op("shrui", SA, 1)),
    "remainder of a signed number": (op("remsi", SA, 8), op("andi", SA, 7)),
    "another bit": (op("andi", SA, 8), op("andi", SA, 7)),
    "quotient of a signed number": (op("divsi", SA, 4), op("shrsi", SA, 2)),
    "the other one by a choice": (choice(LESS, SA, SB, SB, SA), op("minsi", SA, SB)),
    "an order of bytes without signs": (choice(LESS, UB, UA, SB, SA), op("minsi", SA, SB)),
    "an order without signs": (make("select", make("icompare", 6, 32, SA, SB), SA, SB), op("minsi", SA, SB)),
    "magnitude turned round": (choice(LESS, SA, 0, SA, op("subi", 0, SA)), magnitude(32)(SA)),
    "limits that cross": (op("maxsi", op("minsi", SA, -5), 100), op("minsi", op("maxsi", SA, 100), -5)),
    "choices whose limits cross": (within(100, -5, SA), op("minsi", op("maxsi", SA, 100), -5)),
    "another limit": (within(0, 100, SA), op("minsi", op("maxsi", SA, 0), 101)),
    "a real that a byte may not hold": (converted(REAL, 8), cut(REAL, 8)),
    "a real clamped to one more than a byte holds": (converted(clamped(-128, 128), 8), cut(clamped(-128, 128), 8)),
    "a clamped real with a sign": (converted(clamped(-1, 127), 8, False), cut(clamped(-1, 127), 8, False)),
    "a real that is rounded, not cut": (converted(make("fn", "floor", REAL), 32), converted(REAL, 32)),
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


OPERATIONS = ("addi", "subi", "muli", "andi", "ori", "xori", "minsi", "maxsi", "maxui", "shli", "shrsi")
POWERS = st.sampled_from([1, 2, 4, 8, 256, 1 << 20])
TERMS = st.recursive(
    st.one_of(st.sampled_from([SA, SB, UA, wide(False, B)]), st.integers(-(2**31), 2**31 - 1), st.integers(-3, 9)),
    lambda inner: st.one_of(
        st.builds(op, st.sampled_from(OPERATIONS[:-2]), inner, inner),
        st.builds(op, st.sampled_from(OPERATIONS[-2:]), inner, st.integers(0, 31)),
        st.builds(op, st.sampled_from(("remui", "divui")), inner, POWERS),
        st.builds(lambda a, n: op("andi", a, n - 1), inner, POWERS),
        st.builds(lambda a: choice(LESS, a, 0, op("subi", 0, a), a), inner),
        st.builds(within, st.integers(-9, 99), st.integers(-9, 99), inner),
        st.builds(choice, st.sampled_from((0, LESS, AT_MOST, GREATER, 6)), inner, inner, inner, inner),
        st.builds(lambda p, a, b: choice(p, a, b, b, a), st.sampled_from((LESS, AT_MOST, GREATER, 7)), inner, inner),
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
    if term.kind == "select":
        predicate, width, a, b = term.args[0].args
        holds = comparison(predicate, width)(of_term(a, values), of_term(b, values))
        return of_term(term.args[1 if holds else 2], values)
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
        number = of_form(forms, dict(rest[1]), values)
        return wrapped(number, rest[0]) if rest[0] > 1 else -(number & 1)
    if kind == "trunc":
        return wrapped(of_atom(forms, rest[1], values), rest[0])
    if kind == "flag":
        return int(holds(forms, rest[0], values))
    if kind == "iselect":
        return of_form(forms, dict(rest[2 if holds(forms, rest[1], values) else 3]), values)
    name, width, a, b = rest
    operands = [wrapped(of_form(forms, dict(o), values), width) for o in (a, b)]
    return wrapped(BINARY[name](*operands, width), width)


def holds(forms: NormalForm, condition: object, values: dict[str, int]) -> bool:
    if isinstance(condition, bool):
        return condition
    relation, *rest = condition
    if relation in ("andi", "ori"):
        return (all if relation == "andi" else any)(holds(forms, part, values) for part in rest[0])
    if relation == "not":
        return not holds(forms, rest[0], values)
    if relation in ("zless", "zequal"):
        parts, number = rest[0]
        number += of_form(forms, dict(parts), values)
        return number < 0 if relation == "zless" else number == 0
    width, *operands = rest
    numbers = [of_form(forms, dict(o), values) for o in operands]
    if relation == "iequal":
        return unsigned(numbers[0], width) == 0
    return COMPARISONS[LESS if relation.endswith("lt") else AT_MOST](*(unsigned(n, width) for n in numbers))


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

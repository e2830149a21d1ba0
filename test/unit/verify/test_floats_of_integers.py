"""A float of an integer that was extended first is the float of the integer itself, where the extension keeps its number."""

from __future__ import annotations

import pytest

from xpiler.verify.model.integers import binary, comparison, extension
from xpiler.verify.model.reals import from_integer
from xpiler.verify.terms.term import constant, make

BYTE = make("leaf", "q", 0, "i8")


@pytest.mark.parametrize(
    ("by_sign", "signed", "same"),
    [(True, True, True), (False, True, True), (False, False, True), (True, False, False)],  # the last reads -1 as 2^32 - 1
)
def test_float_of_an_extended_byte(by_sign: bool, signed: bool, same: bool) -> None:
    extended = from_integer(signed, 32, "f32")(extension(by_sign, 8, 32)(BYTE))
    assert (extended == from_integer(by_sign, 8, "f32")(BYTE)) is same


def test_float_of_an_extended_integer_rounds_as_that_of_the_integer() -> None:
    word = make("leaf", "q", 0, "i32")
    assert from_integer(True, 64, "f32")(extension(True, 32, 64)(word)) == from_integer(True, 32, "f32")(word)


@pytest.mark.parametrize("by_sign", [True, False])
@pytest.mark.parametrize("predicate", range(10))
def test_comparison_of_extended_bytes(by_sign: bool, predicate: int) -> None:
    other, wide = make("leaf", "r", 0, "i8"), extension(by_sign, 8, 32)
    term = comparison(predicate, 32)(wide(BYTE), wide(other))
    assert term.args[1] == 8
    for a in (-128, -1, 0, 1, 127):
        for b in (-128, -1, 0, 1, 127):
            assert comparison(predicate, 32)(wide(a), wide(b)) == comparison(term.args[0], 8)(a, b)


def test_a_float_of_truths_is_made_of_choices() -> None:
    above, below = (
        make("compare", 2, make("leaf", "x", 0, "f32"), constant(0)),
        make("compare", 4, make("leaf", "x", 0, "f32"), constant(0)),
    )
    wide, minus = extension(False, 1, 32), binary("subi", 32, no_signed_wrap=True)
    number = from_integer(True, 32, "f32")(minus(wide(above), wide(below)))
    one, zero = constant(1), constant(0)
    assert number == make("add", make("select", above, one, zero), make("neg", make("select", below, one, zero)))
    assert from_integer(False, 32, "f32")(minus(wide(above), wide(below))) != number  # without a sign, -1 is 2^32 - 1

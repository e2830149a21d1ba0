"""Numbers for holes by Z3: integers from two runs, floats from the terms of an element."""

from __future__ import annotations

from fractions import Fraction

from xpiler.repair.observation import Observation
from xpiler.repair.scaling import Scale
from xpiler.repair.solving import floats, integers
from xpiler.verify.terms.term import constant, make

X = make("leaf", "X", 0, "f32")
HOLE = Fraction(77, 1024)


def seen(**numbers: int) -> Observation:
    return Observation(footprint=tuple(numbers.items()))


def test_an_integer_follows_from_how_far_two_runs_got() -> None:
    # 7 more than the hole were written: 107 at 100, 108 at 101; the source writes 64.
    assert next(integers(100, seen(written=107), 101, seen(written=108), {"written": 64})) == 57


def test_a_quantity_that_does_not_move_says_nothing() -> None:
    assert list(integers(4, seen(last=9), 5, seen(last=9), {"last": 12})) == []


def test_no_integer_where_the_line_misses_the_goal() -> None:
    assert list(integers(0, seen(last=0), 1, seen(last=4), {"last": 6})) == []


def test_a_float_is_what_makes_two_terms_equal() -> None:
    expected = make("fn", "tanh", make("mul", constant(Fraction(3, 4)), X))
    actual = make("fn", "tanh", make("mul", constant(HOLE), X))
    assert floats(expected, actual, HOLE) == 0.75


def test_a_float_that_only_happens_to_fit_one_input_is_refused() -> None:
    expected, actual = make("mul", X, X), make("mul", constant(HOLE), X)
    assert floats(expected, actual, HOLE) is None


def test_small_numbers_and_real_ones_stand_for_each_other() -> None:
    scale = Scale(8192)
    assert [scale.down(n) for n in (8192, 8191, 16384, 4096, 4, 0)] == [8, 7, 16, 4, 4, 0]
    assert [scale.up(n) for n in (8, 7, 16)] == [8192, 8191, 16384]


def test_a_sum_one_by_one_is_as_deep_as_it_is_long() -> None:
    def total(length: int, first: Fraction):
        found = make("mul", constant(first), X)
        for k in range(1, length):
            found = make("add", found, make("leaf", "X", k, "f32"))
        return found

    assert floats(total(900, Fraction(3, 4)), total(900, HOLE), HOLE) == 0.75
    assert floats(total(5000, Fraction(3, 4)), total(5000, HOLE), HOLE) is None

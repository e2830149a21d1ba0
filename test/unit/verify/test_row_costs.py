"""What a row of sizes is expected to take, by nearer rows."""

from __future__ import annotations

import math

import pytest

from xpiler.verify.row_costs import ends_in_time


@pytest.mark.parametrize(("power", "n", "expected"), [(1, 60_000, True), (3, 60, True), (3, 260, False), (2, 60_000, False)])
def test_growth_goes_on_as_it_was(power: int, n: int, expected: bool) -> None:
    assert ends_in_time({"n": n}, lambda row: 4 * row["n"] ** power, 1_000_000) == expected


def test_a_nearer_row_that_takes_too_long_tells() -> None:
    assert not ends_in_time({"n": 100}, lambda row: math.inf, 1_000_000)


def test_rows_that_cannot_be_executed_tell_nothing() -> None:
    assert ends_in_time({"n": 100}, lambda row: None, 1_000_000)
    assert ends_in_time({}, lambda row: None, 1_000_000)

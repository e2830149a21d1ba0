"""Sizes for runs: one element, and one past each constant, are never left out."""

from __future__ import annotations

from mlir import ir

from xpiler.dialects import context
from xpiler.propose.sizes import MOST_ROWS, constants, telling_rows

TEXT = "func.func @k() { %a = arith.constant 4 : index %b = arith.constant 32 : index %c = arith.constant 7 : i32 return }"


def test_a_bound_one_short_shows_one_past_a_step() -> None:
    # `for j = 0 to N - 1 step 32` is wrong for N = 1, 33, 65 ... alone: such a program was accepted once.
    module = ir.Module.parse(TEXT, context())
    rows = telling_rows(["M", "N", "K"], (module,), lambda row: True)
    assert constants(module) == [4, 7, 32] and len(rows) <= MOST_ROWS
    assert rows[0] == {"M": 1, "N": 1, "K": 1}
    assert {33, 8, 5} <= {row["N"] for row in rows} and 33 in {row["M"] for row in rows}


def test_rows_that_do_not_fit_are_left_out() -> None:
    module = ir.Module.parse(TEXT, context())
    assert all(row["n"] < 100 for row in telling_rows(["n"], (module,), lambda row: row["n"] < 100))
    assert telling_rows([], (module,), lambda row: True) == [{}]

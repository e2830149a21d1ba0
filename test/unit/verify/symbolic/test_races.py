"""Accesses of two instances that barriers order, for all sizes."""

from __future__ import annotations

import pytest
from all_sizes import doubt
from proof_subjects import corpus

from xpiler.verify.symbolic import races


def test_pairs_are_one_set_until_a_barrier_parts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """That two instances differ in some coordinate has two parts for each; it is asked of what is left."""
    parts: list[int] = []
    inner = races._ordered

    def ordered(others: races.Others, a, b, pairs, equal) -> bool:
        parts.append(pairs.n_basic_set())
        return inner(others, a, b, pairs, equal)

    monkeypatch.setattr(races, "_ordered", ordered)
    assert doubt(corpus("row_sum", ".hip"), corpus("row_sum", ".cpp")) == ""
    assert parts
    assert set(parts) == {1}


def test_the_order_of_moments_that_begin_with_numbers_is_known() -> None:
    assert races._before((1, "i", 0), (0, "i", 0)) is None
    assert races._before((0, "i", 3), (1, "j", 0)).plain_is_universe()
    assert races._before((0, "i", 3), (0, "i", 3)) is None
    one, other = races._before((0, "i", 3), (0, "j", 2)), races._before((0, "i", 2), (0, "j", 3))
    assert one.is_strict_subset(other)

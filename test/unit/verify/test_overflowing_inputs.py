"""Inputs so large that products overflow: the order of a sum decides between an infinity and NaN, never between one and a number."""

from __future__ import annotations

import numpy as np
import pytest

from xpiler.verify.comparison import difference

NAN, INF = np.float32(np.nan), np.float32(np.inf)


@pytest.mark.parametrize(("expected", "actual", "is_equal"), [(NAN, -INF, True), (INF, -INF, True), (1.0, INF, False), (-INF, 1.0, False)])
def test_what_overflows_in_both_is_no_difference(expected: float, actual: float, is_equal: bool) -> None:
    arrays = [np.array([2.0, value], np.float32) for value in (expected, actual)]
    assert (difference("T", *arrays, overflows=True) is None) is is_equal
    assert difference("T", *arrays) is not None

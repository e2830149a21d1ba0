"""What the validator may cost: by the clock for a verdict, by steps where the answer must not depend on the load."""

from __future__ import annotations

import time

import pytest

from xpiler.verify.limits import PATIENCE, STEPS_A_SECOND, Budget, OutOfSteps, OutOfTime


def test_work_is_counted_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    budget, start = Budget.of_work(1.0), time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: start + PATIENCE - 1)  # a machine that is busy with other things
    budget.spend(STEPS_A_SECOND - 1)
    with pytest.raises(OutOfTime):
        budget.spend(STEPS_A_SECOND)


def test_a_limit_within_the_work_is_told_from_its_end() -> None:
    budget = Budget.of_work(1.0)
    budget.limit(STEPS_A_SECOND // 2)
    with pytest.raises(OutOfSteps):
        budget.spend(STEPS_A_SECOND // 2 + 1)
    budget.limit(None)
    with pytest.raises(OutOfTime) as ended:
        budget.spend(STEPS_A_SECOND)
    assert not isinstance(ended.value, OutOfSteps)


def test_a_clock_ends_work_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    budget, start = Budget.of_work(1.0), time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: start + PATIENCE + 1)
    with pytest.raises(OutOfTime):
        budget.spend(STEPS_A_SECOND // 2)

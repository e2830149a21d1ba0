"""Work in a child: results and errors come back, limits of time and memory hold, a crash is said."""

from __future__ import annotations

import itertools
import os
import signal
import time

import pytest

from xpiler.diagnostics import InvalidInput
from xpiler.verify.isolation import isolated
from xpiler.verify.limits import NotModelled, OutOfMemory, OutOfTime


def test_what_the_work_returns_comes_back() -> None:
    assert isolated(lambda: {"process": os.getpid() != parent}, 10) == {"process": True}


parent = os.getpid()


def test_errors_keep_their_diagnostics() -> None:
    def work() -> None:
        raise InvalidInput("wrong", hint="right it")

    with pytest.raises(InvalidInput) as raised:
        isolated(work, 10)
    assert raised.value.diagnostics[0].hint == "right it"


def test_the_limit_of_time_holds_whatever_the_child_does() -> None:
    start = time.monotonic()
    with pytest.raises(OutOfTime):
        isolated(lambda: time.sleep(60), 0.2)
    assert time.monotonic() - start < 30


def test_a_child_that_computes_for_ever_is_out_of_time_and_did_not_crash() -> None:
    with pytest.raises(OutOfTime):
        isolated(lambda: next(number for number in itertools.count() if number < 0), 0.3)


def test_a_child_that_others_keep_waiting_is_not_late() -> None:
    assert isolated(lambda: time.sleep(1.0) or "in time", 0.5) == "in time"


def test_the_limit_of_memory_holds() -> None:
    with pytest.raises(OutOfMemory):
        isolated(lambda: len(bytearray(4 << 30)), 30, 1 << 30)


def test_what_the_process_holds_already_is_no_cost_of_the_work() -> None:
    held = bytearray(1 << 30)
    assert isolated(lambda: len(bytearray(1 << 28)), 30, 1 << 29) == 1 << 28
    assert len(held) == 1 << 30


def test_a_crash_of_the_child_is_no_crash_of_ours() -> None:
    with pytest.raises(NotModelled, match="SIGKILL"):
        isolated(lambda: os.kill(os.getpid(), signal.SIGKILL), 10)

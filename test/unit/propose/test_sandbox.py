"""The sandbox: what dies inside is one sentence outside."""

from __future__ import annotations

import os
import time

from xpiler.propose.sandbox import run_limited


def test_a_value_comes_back() -> None:
    assert run_limited(len, "abc", seconds=60.0).value == 3


def test_an_abort_is_a_failure_in_words() -> None:
    assert run_limited(os.abort, seconds=60.0).failure == "the compiler stopped (SIGABRT)"


def test_what_never_ends_is_killed_with_its_children() -> None:
    start = time.monotonic()
    assert "did not finish" in run_limited(os.system, "sleep 600", seconds=2.0).failure
    assert time.monotonic() - start < 30.0


def test_memory_is_limited() -> None:
    assert run_limited(bytes, 6 << 30, seconds=60.0, memory_bytes=2 << 30).failure == "out of memory"

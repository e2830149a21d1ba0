"""Work that is done in a child process, killed at its limit of time and bounded in memory.

The C++ of MLIR, isl and Z3 does not return to Python while it works, and a Python loop may run on for long: a deadline that holds needs
a process of its own. The child is forked, so it starts in milliseconds; it must not touch MLIR objects of the parent (their thread pools
have stayed there) and reads its files itself.
"""

from __future__ import annotations

import math
import os
import pickle
import resource
import select
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar

from xpiler.verify.limits import PATIENCE, SLOWER, NotModelled, OutOfMemory, OutOfTime

Result = TypeVar("Result")

CHUNK_BYTES = 1 << 20


def isolated(work: Callable[[], Result], seconds: float, memory_bytes: int = 0) -> Result:
    """What `work` returns or raises, computed in a child; both must be picklable.

    `seconds` are those of an idle core; who counts steps ends by itself. A child that does not is killed after SLOWER times as many of
    processor time, or PATIENCE times as many by the clock.
    `memory_bytes` (0: no limit) is what it may take beyond what this process has.
    Raises OutOfTime where the limit is reached, OutOfMemory where the child was stopped for its size. An interrupt ends the child at once.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _in_child(work, writer, seconds, memory_bytes)
    os.close(writer)
    try:
        data = _received(reader, time.monotonic() + seconds * PATIENCE)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(reader)
        _, status, usage = os.wait4(child, 0)
    if not data:
        raise _failure(status, usage.ru_utime + usage.ru_stime >= _most_seconds(seconds) - 1)
    is_result, value = pickle.loads(data)
    if is_result:
        return value
    raise value


def _most_seconds(seconds: float) -> int:
    """The processor time of a child."""
    return math.ceil(seconds * SLOWER)


def _failure(status: int, is_late: bool) -> Exception:
    """Why a child ended without an answer; one that we killed never comes here (its time was up by the clock)."""
    if os.WIFSIGNALED(status) and is_late:
        return OutOfTime()
    if os.WIFSIGNALED(status):
        return NotModelled(f"the validator stopped ({signal.Signals(os.WTERMSIG(status)).name})")
    return OutOfMemory()


def _in_child(work: Callable[[], object], writer: int, seconds: float, memory_bytes: int) -> NoReturn:
    """Runs the work, writes what came of it, and ends without the parent's clean-up."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        _limit_processor_time(_most_seconds(seconds))
        if memory_bytes:
            most = _data_bytes() + memory_bytes
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        data = _encoded(work)
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(data)
    except BaseException:
        os._exit(1)
    os._exit(0)


def _limit_processor_time(seconds: int) -> None:
    """A child of a child has no more than its parent."""
    _, known = resource.getrlimit(resource.RLIMIT_CPU)
    most = seconds if known == resource.RLIM_INFINITY else min(seconds, known)
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))


def _data_bytes() -> int:
    """What the process has already: a child begins with all that its parent holds, which is no cost of the work."""
    pages = int(Path("/proc/self/statm").read_text().split()[5])
    return pages * resource.getpagesize()


def _encoded(work: Callable[[], object]) -> bytes:
    try:
        return pickle.dumps((True, work()))
    except MemoryError:
        return b""
    except Exception as error:
        return pickle.dumps((False, error))


def _received(reader: int, deadline: float) -> bytes:
    """Everything the child writes; OutOfTime where it is not done by then."""
    parts = []
    while True:
        ready, _, _ = select.select([reader], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise OutOfTime
        part = os.read(reader, CHUNK_BYTES)
        if not part:
            return b"".join(parts)
        parts.append(part)

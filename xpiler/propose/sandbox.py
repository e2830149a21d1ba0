"""Running a function on untrusted MLIR in a process of its own, with limits on time and memory.

MLIR is built with assertions: a bad pattern aborts the process, an endless one never returns, and no `except` sees
either. Here only the child dies. Children are forked from a server that has loaded everything and made no MLIR
context, so one costs milliseconds.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.forkserver import ensure_running
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any

from xpiler.diagnostics import XpilerError

GIB = 1 << 30
_STARTING = threading.Lock()
PACKAGES = Path(__file__).resolve().parents[2]
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["xpiler.propose.preloaded"])


@dataclass(frozen=True)
class Ended:
    """How a child ended: with a value, or with a failure in one line."""

    value: Any = None
    failure: str = ""


def run_limited(function: Callable, *arguments: object, seconds: float, memory_bytes: int = 8 * GIB) -> Ended:
    """Calls a function of a module with picklable arguments in a child; kills the child and all it started at the limit."""
    _start_server()
    receiver, sender = _SERVER.Pipe(duplex=False)
    child = _SERVER.Process(target=_serve, args=(sender, memory_bytes, function, arguments), daemon=False)
    with _without_main(function):
        child.start()
    sender.close()
    try:
        return _received(receiver, child, seconds)
    finally:
        _kill(child)
        receiver.close()


@contextlib.contextmanager
def _without_main(function: Callable) -> Iterator[None]:
    """For a function of a module a child need not run the user's main file again, as multiprocessing has it do: half a second each."""
    if function.__module__ == "__main__":
        yield
        return
    with _STARTING:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def _start_server() -> None:
    """The server imports from the folder it is started in before all others: it starts where this package lies, so that it loads
    this package and not a folder named like it in front of the user. A child goes back to the user's folder by itself."""
    here = os.getcwd()
    os.chdir(PACKAGES)
    try:
        ensure_running()
    finally:
        os.chdir(here)


def _received(receiver: Connection, child: BaseProcess, seconds: float) -> Ended:
    if not receiver.poll(seconds):
        return Ended(failure=f"did not finish within {seconds:g} seconds")
    try:
        return receiver.recv()
    except EOFError:
        child.join(1.0)
        number = -child.exitcode if child.exitcode and child.exitcode < 0 else 0
        return Ended(failure=f"the compiler stopped ({signal.Signals(number).name})" if number else "the compiler stopped")


def _kill(child: BaseProcess) -> None:
    """Ends the child's whole process group (compilers that it started are in it)."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.join()


def _serve(sender: Connection, memory_bytes: int, function: Callable, arguments: tuple) -> None:
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)  # assertions of MLIR print stack traces
    sender.send(_called(function, arguments))


def _called(function: Callable, arguments: tuple) -> Ended:
    try:
        return Ended(function(*arguments))
    except XpilerError as error:
        return Ended(failure=_in_one_line(error))
    except RecursionError:
        return Ended(failure="nested too deeply")
    except MemoryError:
        return Ended(failure="out of memory")
    except Exception as error:  # of the bindings: what a proposal makes them raise is the proposal's fault
        return Ended(failure=f"{type(error).__name__}: {error}"[:500])


def _in_one_line(error: XpilerError) -> str:
    first = error.diagnostics[0]
    return first.message + (f" ({first.hint})" if first.hint else "")

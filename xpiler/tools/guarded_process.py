"""Running a tool's work in a forked child, so that nothing the user gives can end in a traceback.

An assertion in MLIR's C++ aborts the process; here only the child dies, and the parent says so in one line.
The fork happens before anything heavy is imported, so it costs about a millisecond. Ctrl-C ends the child on the spot:
an exception in the middle of a callback from C++ would not get through. Its temporary files lie in one folder, which
goes with it, however it ends.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Callable

from xpiler.diagnostics import XpilerError
from xpiler.tools.single_job import settle_for_one_job

FAILED = 1


def end_on_interrupt() -> None:
    """Ctrl-C before there is work ends the process without a word; the entry points' first act."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def guarded(work: Callable[[], int]) -> int:
    """The exit code of `work`, run in a child; crashes and interrupts become one message and code 1."""
    settle_for_one_job()
    if os.environ.get("XPILER_IN_PROCESS"):  # for debuggers and profilers
        return work()
    sys.stdout.flush()
    sys.stderr.flush()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the child gets it too, and ends
    with tempfile.TemporaryDirectory(prefix="xpiler-", ignore_cleanup_errors=True) as folder:
        child = os.fork()
        if child == 0:
            os._exit(_in_child(work, folder))
        return _wait(child)


def _in_child(work: Callable[[], int], temporary: str) -> int:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.environ["TMPDIR"] = tempfile.tempdir = temporary
    try:
        return reported(lambda: _written(work))
    except BrokenPipeError:
        return FAILED
    finally:
        with contextlib.suppress(BrokenPipeError, ValueError):
            sys.stderr.flush()


def _written(work: Callable[[], int]) -> int:
    """What was printed counts only once it has left the buffer: a full disk is said like any other failure."""
    code = work()
    sys.stdout.flush()
    return code


def reported(work: Callable[[], int]) -> int:
    """Runs `work`; any exception becomes a message on stderr and exit code 1."""
    try:
        return work()
    except XpilerError as error:
        for diagnostic in error.diagnostics:
            print(diagnostic, file=sys.stderr)
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"{where}error: {error.strerror or error}", file=sys.stderr)
    except Exception as error:  # the last line of defence: a bug of ours, said in one line
        if os.environ.get("XPILER_DEBUG"):
            raise
        print(f"error: internal error: {type(error).__name__}: {error}\n  hint: this is a bug; XPILER_DEBUG=1 shows where", file=sys.stderr)
    return FAILED


def _wait(child: int) -> int:
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGINT:
            print("error: interrupted", file=sys.stderr)
        else:
            name = signal.Signals(number).name
            print(
                f"error: internal error: the compiler stopped ({name})\n  hint: this is a bug; please report it with the input",
                file=sys.stderr,
            )
        return FAILED
    return os.WEXITSTATUS(status)

"""Running a compiled library's function in a child process, with limits on time and memory."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

ALIGNMENT = 64  # bytes; what aligned vector accesses may assume of an allocation
Argument = np.ndarray | np.generic | int | float


@dataclass(frozen=True)
class RunResult:
    """One call: the arrays after it (in argument order), what went wrong, what a simulator found and counted."""

    arrays: tuple[np.ndarray, ...] = ()
    failure: str = ""
    findings: tuple[dict, ...] = ()
    counts: dict = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """True when the call returned and nothing was found."""
        return not self.failure and not self.findings


def run(
    library: Path,
    symbol: str,
    calls: Sequence[Sequence[Argument]],
    *,
    timeout_s: float = 60.0,
    memory_bytes: int = 0,
    alignment: int = ALIGNMENT,
) -> list[RunResult]:
    """Calls `symbol` of `library` once for each entry of `calls`, in one child process as long as none crashes.

    Arrays are passed as pointers (and come back changed), numpy scalars by their type, Python ints as int
    and floats as float. Arrays begin at multiples of `alignment` bytes, and what lies between an array's end and such a
    multiple may be read unnoticed: a small alignment finds more, where the code does not rely on a large one.
    A call that crashes fails alone: the rest goes on in a fresh child. A time-out ends the run.
    """
    results: list[RunResult] = []
    deadline = time.monotonic() + timeout_s
    while len(results) < len(calls):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        done, failure = _run_batch(library, symbol, calls[len(results) :], left, {"memory_bytes": memory_bytes, "alignment": alignment})
        results += done
        if failure:
            results.append(RunResult(failure=failure))
    missing = len(calls) - len(results)
    return results + [RunResult(failure=f"did not finish within {timeout_s:g} s")] * missing


def _run_batch(
    library: Path, symbol: str, calls: Sequence[Sequence[Argument]], timeout_s: float, limits: dict[str, int]
) -> tuple[list[RunResult], str]:
    """The calls one child finished, and how the next one failed (empty when all finished)."""
    with tempfile.TemporaryDirectory(prefix="xpiler-run-") as name:
        folder = Path(name)
        encoded = [[_encode(a, folder, c, i) for i, a in enumerate(arguments)] for c, arguments in enumerate(calls)]
        request = {"library": str(library), "symbol": symbol, "calls": encoded, **limits}
        (folder / "request.json").write_text(json.dumps(request))
        failure = _spawn(folder, timeout_s)
        reply = folder / "reply.json"
        replies = json.loads(reply.read_text()) if reply.exists() else []
        done = [_decode(arguments, r, folder) for arguments, r in zip(encoded, replies, strict=False)]
        return done, failure if len(done) < len(calls) else ""


def _encode(argument: Argument, folder: Path, call: int, position: int) -> dict:
    if isinstance(argument, np.ndarray):
        name = f"call{call}_{position}.npy"
        np.save(folder / name, argument)
        return {"array": name}
    if isinstance(argument, np.generic):
        return {"type": argument.dtype.name, "value": argument.item()}
    return {"type": "int32" if isinstance(argument, int) else "float32", "value": argument}


def _decode(arguments: list[dict], reply: dict, folder: Path) -> RunResult:
    arrays = tuple(np.load(folder / a["array"]) for a in arguments if "array" in a)
    failure = "stored past the end of a buffer" if reply["overruns"] else ""
    return RunResult(arrays, failure, tuple(reply["findings"] or ()), reply["counts"] or {})


def _spawn(folder: Path, timeout_s: float) -> str:
    """Runs the child; the reason why it did not finish, or an empty string."""
    child = Path(__file__).with_name("child.py")
    command = [sys.executable, "-I", str(child), str(folder / "request.json"), str(folder / "reply.json")]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired:
        return f"did not finish within {timeout_s:g} s"
    if done.returncode < 0:
        return f"crashed ({signal.Signals(-done.returncode).name}){_last_line(done.stderr)}"
    if done.returncode:
        return f"exit code {done.returncode}{_last_line(done.stderr)}"
    return ""


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return f": {lines[-1]}" if lines else ""

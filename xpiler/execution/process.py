"""Running a compiled library's function in a child process, with limits on time and memory."""

from __future__ import annotations

import json
import math
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from xpiler.diagnostics import InvalidInput, Unsupported
from xpiler.execution.bfloat16 import NAME, BFloat16, bits_of, from_bits
from xpiler.execution.symbols import symbol_of

UNFINISHED = "did not finish"
TOO_LONG = f"crashed ({signal.SIGXCPU.name})"
ALIGNMENT = 64  # bytes; what aligned vector accesses may assume of an allocation
Argument = object  # an array, a DeviceArray, a HostArray, a list of strings, a numpy scalar, an int, a float, or None for a null pointer


@dataclass(frozen=True)
class Launch:
    """The shape of a kernel's launch: a grid of blocks, or (without `block`) a grid of tasks of the BANG type `union`."""

    grid: tuple[int, int, int]
    block: tuple[int, int, int] | None = None
    shared: int = 0
    union: int = 1
    cooperative: bool = False


@dataclass(frozen=True)
class DeviceArray:
    """A buffer in the device's memory (the host's, where a library has no device), with the name that findings give it.

    `written` is false for memory nobody has set.
    """

    array: np.ndarray
    name: str
    written: bool = True


@dataclass(frozen=True)
class HostArray:
    """A buffer in the host's memory, with the name that findings give it where a kernel uses it."""

    array: np.ndarray
    name: str


@dataclass(frozen=True)
class RunResult:
    """One call: the arrays after it (in argument order), what went wrong, what a simulator found and counted.

    `unfinished` is true where time ran out: that says nothing about what the call would have done.
    `cycles` are those of the BANG cycle model: total, cores (the sum over cores), io, move, compute (how long each queue was busy).
    """

    arrays: tuple[np.ndarray, ...] = ()
    failure: str = ""
    findings: tuple[dict, ...] = ()
    counts: dict = field(default_factory=dict)
    cycles: dict = field(default_factory=dict)
    output: str = ""
    unfinished: bool = False

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
    launch: Launch | None = None,
    trace: str = "",
    order: int | None = None,
    patience: float = 1.0,
) -> list[RunResult]:
    """Calls `symbol` of `library` once for each entry of `calls`, in one child process as long as none crashes.

    Arrays are passed as pointers (and come back changed), numpy scalars by their type, Python ints as int
    and floats as float. Arrays begin at multiples of `alignment` bytes, and what lies between an array's end and such a
    multiple may be read unnoticed: a small alignment finds more, where the code does not rely on a large one.
    A call that crashes fails alone: the rest goes on in a fresh child. A time-out ends the run. With `patience`, `timeout_s` is processor
    time and the clock may show so many times as much: what else a machine does then decides nothing.
    With `launch`, `symbol` is a kernel of a simulated library; `trace` names the file its events go to; `order` is the seed
    of the order its threads or tasks run in, where it is not the one the library was built for.
    """
    results: list[RunResult] = []
    called = symbol if launch else _exported(library, symbol)
    settings = {"library": str(library), "symbol": called, "memory_bytes": memory_bytes, "alignment": alignment, "trace": trace}
    settings["order"] = order
    settings["processor_s"] = math.ceil(timeout_s) if patience > 1 else 0
    settings["launch"] = asdict(launch) if launch else None
    deadline = time.monotonic() + timeout_s * patience
    while len(results) < len(calls):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        done, failure = _run_batch(settings, calls[len(results) :], left)
        results += done
        if failure:
            results.append(RunResult(failure=failure, unfinished=failure.startswith(UNFINISHED)))
    missing = len(calls) - len(results)
    return results + [RunResult(failure=f"{UNFINISHED} within {timeout_s:g} s", unfinished=True)] * missing


def _exported(library: Path, name: str) -> str:
    """What the library calls a function: launchers without `extern "C"` are common. Raises Unsupported where it has none, or several."""
    try:
        return symbol_of(library, name)
    except InvalidInput as error:
        raise Unsupported(error.diagnostics[0].message, hint="give it a name of its own, without 'static'") from None


def _run_batch(settings: dict, calls: Sequence[Sequence[Argument]], timeout_s: float) -> tuple[list[RunResult], str]:
    """The calls one child finished, and how the next one failed (empty when all finished)."""
    with tempfile.TemporaryDirectory(prefix="xpiler-run-") as name:
        folder = Path(name)
        encoded = [[encode(a, folder, c, i) for i, a in enumerate(arguments)] for c, arguments in enumerate(calls)]
        (folder / "request.json").write_text(json.dumps({**settings, "calls": encoded}))
        failure, output = spawn(folder, timeout_s)
        failure = f"{UNFINISHED} within {settings['processor_s']} s" if TOO_LONG in failure else failure
        reply = folder / "reply.json"
        replies = json.loads(reply.read_text()) if reply.exists() else []
        done = [_decode(arguments, r, folder, output) for arguments, r in zip(encoded, replies, strict=False)]
        return done, failure if len(done) < len(calls) else ""


def encode(argument: Argument, folder: Path, call: int, position: int) -> dict:
    """An argument as the child reads it; an array goes into a file of `folder`."""
    if argument is None:
        return {"null": True}
    if isinstance(argument, DeviceArray):
        return {**encode(argument.array, folder, call, position), "name": argument.name, "written": argument.written}
    if isinstance(argument, HostArray):
        return {**encode(argument.array, folder, call, position), "host_name": argument.name}
    if isinstance(argument, list):
        return {"strings": argument}
    if isinstance(argument, np.ndarray):
        return _written(argument, folder / f"call{call}_{position}.bin")
    if isinstance(argument, np.float16):
        return {"type": "float16", "value": int(argument.view(np.uint16))}
    if isinstance(argument, np.generic):
        return {"type": argument.dtype.name, "value": argument.item()}
    return {"type": "int32" if isinstance(argument, int) else "float32", "value": argument}


def _written(array: np.ndarray, path: Path) -> dict:
    """An array as a file of its bytes, and what they are."""
    plain = bits_of(array) if isinstance(array, BFloat16) else array
    path.write_bytes(plain.tobytes())
    described = {"array": path.name, "dtype": plain.dtype.str, "shape": plain.shape, "element_bytes": plain.itemsize}
    return {**described, "type": NAME} if isinstance(array, BFloat16) else described


def _decode(arguments: list[dict], reply: dict, folder: Path, output: str) -> RunResult:
    loaded = ((np.fromfile(folder / a["array"], a["dtype"]).reshape(a["shape"]), a.get("type")) for a in arguments if "array" in a)
    arrays = tuple(from_bits(array) if kind == NAME else array for array, kind in loaded)
    failure = "stored outside of a buffer" if reply["overruns"] else ""
    if reply["code"] and not failure:
        failure = f"returned the code {reply['code']}"
    return RunResult(arrays, failure, tuple(reply["findings"] or ()), reply["counts"] or {}, reply["cycles"] or {}, output)


def spawn(folder: Path, timeout_s: float) -> tuple[str, str]:
    """Runs the child on the request in `folder`: why it did not finish (empty where it did), and what it printed."""
    child = Path(__file__).with_name("child.py")
    command = [sys.executable, "-I", str(child), str(folder / "request.json"), str(folder / "reply.json")]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired:
        return f"{UNFINISHED} within {timeout_s:g} s", ""
    if done.returncode < 0:
        return f"crashed ({signal.Signals(-done.returncode).name}){_last_line(done.stderr)}", done.stdout
    if "Traceback (most recent call last)" in done.stderr:
        raise RuntimeError(f"the process that runs compiled code failed{_last_line(done.stderr)}")
    if done.returncode:
        return f"exit code {done.returncode}{_last_line(done.stderr)}", done.stdout
    return "", done.stdout


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return f": {lines[-1]}" if lines else ""

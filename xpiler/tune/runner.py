"""Runner: what a built candidate costs, on this CPU or by the cycle model.

On a CPU every measurement is a ratio: candidate and reference take turns in one process, in several rounds, and the median of the
rounds' ratios counts, so that a clock that changes or a neighbour that wakes up meets both. Each timed call follows an untimed call on
the same buffers: caches are warm as far as they are large enough.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from xpiler.diagnostics import ToolMissing
from xpiler.execution.process import run
from xpiler.platforms.vnni.toolchain import cpu_flags, runs_natively
from xpiler.tune.bang_roofline import CONSTANTS
from xpiler.tune.subject import Subject

ROUNDS = 7
RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE = 1e-2, 1e-3  # a first look; the verdict decides
CACHE_STATE = "warm: each timed call follows one on the same buffers"


@dataclass(frozen=True)
class Measurement:
    """A score (lower is better) in the runner's unit, or the reason why there is none."""

    score: float | None
    failure: str = ""


class Runner(Protocol):
    """What the tuner asks of a runner; `measured_by` goes into the database's key."""

    unit: str
    measured_by: str

    def time(self, score: float) -> float:
        """The time of a score: cycles of the chip, or seconds; 0 where it is not known."""

    def measure(self, libraries: Sequence[Path]) -> list[Measurement]:
        """Scores of libraries."""


class CycleModelRunner:
    """The BANG simulator's cycle model: no device, no noise; every score is a model's."""

    unit = "cycles of the model"

    def __init__(self, subject: Subject, seconds: float = 300.0):
        self._subject, self._seconds = subject, seconds
        self._expected: tuple[np.ndarray, ...] | None = None
        self.measured_by = f"cycle model {hash_of(CONSTANTS.read_text())}"

    def time(self, score: float) -> float:
        """Cycles of the chip."""
        return score

    def measure(self, libraries: Sequence[Path]) -> list[Measurement]:
        """Runs each once; the first run ever is what others are compared with."""
        return [self._one(library) for library in libraries]

    def _one(self, library: Path) -> Measurement:
        result = run(library, self._subject.symbol, [self._subject.arguments()], timeout_s=self._seconds)[0]
        if not result.ok:
            return Measurement(None, result.failure or str(result.findings[0].get("message")))
        if self._expected is None:
            self._expected = result.arrays
        if not _agree(self._expected, result.arrays):
            return Measurement(None, "the results differ from the default schedule's")
        return Measurement(float(result.cycles["total"]))


class CpuRunner:
    """This CPU. `reference` is the library that ratios are taken against."""

    unit = "of the default schedule's time"

    def __init__(self, subject: Subject, reference: Path, seconds: float = 120.0, *, emulated: bool = False):
        if not emulated and not runs_natively(subject.target.arch):
            raise ToolMissing(
                f"this CPU lacks the instruction sets of {subject.target.arch}, and what emulation takes is no measurement",
                hint="tune on a CPU that has them, or give --arch of one that this CPU is; --emulated measures the emulation all the same",
            )
        self._subject, self._reference, self._seconds = subject, reference, seconds
        self._reference_s: list[float] = []
        self.measured_by = f"cpu {'emulated' if emulated else 'native'} {hash_of(' '.join(sorted(cpu_flags())))}"

    def time(self, score: float) -> float:
        """Seconds, by the reference's median of all rounds so far."""
        return score * float(np.median(self._reference_s)) if self._reference_s else 0.0

    def measure(self, libraries: Sequence[Path]) -> list[Measurement]:
        """Ratios to the reference, each library against it in turn."""
        return [self._one(library) for library in libraries]

    def _one(self, library: Path) -> Measurement:
        try:
            times = interleaved([self._reference, library], self._subject, ROUNDS, self._seconds)
        except TimingFailed as error:
            return Measurement(None, str(error))
        self._reference_s += times[0]
        return Measurement(float(np.median([mine / reference for reference, mine in zip(*times, strict=True)])))


class TimingFailed(Exception):
    """A timing child did not end well."""


def interleaved(libraries: Sequence[Path], subject: Subject, rounds: int, seconds: float) -> list[list[float]]:
    """Seconds of each library's calls, by round, all in one process. Raises TimingFailed."""
    with tempfile.TemporaryDirectory(prefix="xpiler-timing-") as folder:
        arguments = []
        for position, argument in enumerate(subject.arguments()):
            if isinstance(argument, np.ndarray):
                np.save(Path(folder) / f"{position}.npy", argument)
                arguments.append({"array": f"{position}.npy"})
            elif isinstance(argument, np.generic):
                arguments.append({"type": argument.dtype.name, "value": argument.item()})
        request = {"libraries": [str(p) for p in libraries], "symbol": subject.symbol, "arguments": arguments, "rounds": rounds}
        (Path(folder) / "request.json").write_text(json.dumps(request))
        return _timed(Path(folder), seconds)


def _timed(folder: Path, seconds: float) -> list[list[float]]:
    child = Path(__file__).with_name("timing_child.py")
    try:
        done = subprocess.run([sys.executable, "-I", str(child), str(folder)], capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise TimingFailed(f"did not finish within {seconds:g} s") from None
    if done.returncode:
        raise TimingFailed((done.stderr.strip().splitlines() or [f"ended with code {done.returncode}"])[-1])
    return json.loads(done.stdout)


def _agree(expected: Sequence[np.ndarray], actual: Sequence[np.ndarray]) -> bool:
    pairs = zip(expected, actual, strict=True)
    return all(np.allclose(e.astype(float), a.astype(float), RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE, equal_nan=True) for e, a in pairs)


def hash_of(text: str) -> str:
    """A short name for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]

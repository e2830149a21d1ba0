"""Builder: from a schedule to output text with its estimate, and to a library that runs.

Lowering happens in a child process with limits (a pass may abort MLIR, or never end); a child that dies over many schedules is asked
again for one at a time. Compilers run side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from xpiler.diagnostics import XpilerError
from xpiler.execution.build import build
from xpiler.platforms.names import HOST_PLATFORMS, OUTPUT_SUFFIX
from xpiler.propose.sandbox import run_limited
from xpiler.tune.space import Point
from xpiler.tune.subject import Subject

SECONDS = 60.0


@dataclass(frozen=True)
class Candidate:
    """A point with its text and the model's estimate, or with the reason why there is none."""

    point: Point
    text: str = ""
    estimate: float = float("inf")
    refusal: str = ""


@dataclass(frozen=True)
class Builder:
    """Builds for one subject in `folder`, `jobs` compilers at a time."""

    subject: Subject
    folder: Path
    jobs: int = 1

    def lowered(self, points: Sequence[Point]) -> list[Candidate]:
        """The texts of points and what the cost model thinks of them, in order."""
        schedules = [point.schedule for point in points]
        ended = run_limited(lower_all, self.subject, schedules, seconds=SECONDS + len(points))
        if ended.failure and len(points) > 1:
            return [candidate for point in points for candidate in self.lowered([point])]
        rows = ended.value or [("", float("inf"), ended.failure)] * len(points)
        return [Candidate(point, *row) for point, row in zip(points, rows, strict=True)]

    def built(self, candidates: Sequence[Candidate]) -> list[Path | str]:
        """A library for each candidate, or the compiler's message."""
        with ThreadPoolExecutor(max_workers=self.jobs) as pool:
            return list(pool.map(self._compiled, candidates, range(len(candidates))))

    def _compiled(self, candidate: Candidate, number: int) -> Path | str:
        target = self.subject.target
        source = self.folder / f"candidate{number}{OUTPUT_SUFFIX[target.platform]}"
        source.write_text(candidate.text)
        output = source.with_suffix(".so")
        output.unlink(missing_ok=True)
        strict = target.platform not in HOST_PLATFORMS  # natively, what strictness adds would be measured
        try:
            return build(source, target.platform, output, arch=target.arch, strict=strict).library
        except XpilerError as error:
            return error.diagnostics[0].message


def lower_all(subject: Subject, schedules: Sequence[str]) -> list[tuple[str, float, str]]:
    """Text, estimate and refusal for each schedule; runs in a child."""
    from mlir import ir

    from xpiler import register_dialects

    with ir.Context() as context:
        register_dialects(context)
        shared = ir.Module.parse(subject.shared)
        return [_lowered(subject, shared, schedule) for schedule in schedules]


def operations_of(subject: Subject, schedule: str) -> float:
    """Operations on elements of the kernels by a schedule; runs in a child."""
    from mlir import ir

    from xpiler import lowering, register_dialects
    from xpiler.tune.cost_model import profile

    with ir.Context() as context:
        register_dialects(context)
        module = lowering.lower(ir.Module.parse(subject.shared), subject.target, schedule)
        return profile(module, subject.target, subject.sizes).operations


def _lowered(subject: Subject, shared: object, schedule: str) -> tuple[str, float, str]:
    from xpiler import lowering
    from xpiler.tune.cost_model import estimate

    try:
        module = lowering.lower(shared, subject.target, schedule)
        return lowering.emit(module), estimate(module, subject.target, subject.sizes), ""
    except XpilerError as error:
        return "", float("inf"), error.diagnostics[0].message

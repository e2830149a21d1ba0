"""What the source computes: calls of its launcher on random and edge inputs, with the buffers before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from xpiler.diagnostics import Unsupported
from xpiler.execution.process import run
from xpiler.verify.differential import Case, Text, make_cases
from xpiler.verify.judgement import Called
from xpiler.verify.translated import callable_source, source_extents

if TYPE_CHECKING:
    from mlir import ir

    from xpiler.verify.programs import ProgramFile

KINDS = ("random", "negative", "equal", "large")
RUN_SECONDS = 60.0


@dataclass(frozen=True)
class Recorded:
    """One call: its name, the values of the scalar parameters, and each buffer before and after, by name."""

    name: str
    scalars: dict[str, np.generic]
    before: dict[str, np.ndarray]
    after: dict[str, np.ndarray]


def recorded(source: ProgramFile, shared: ir.Module, sizes: dict[str, int], seed: int, folder: Path) -> list[Recorded]:
    """The calls that the source takes, at the sizes given or at rows of our choice, the smallest buffers first.

    Raises Unsupported where the source runs at none of them, and XpilerError where it cannot be built.
    """
    text, launcher = callable_source(source, shared, folder)
    stated = source_extents(launcher, text.module(), shared)
    called = Called(launcher.symbol, launcher.parameters, (), launcher.convention, stated)
    rows = (sizes,) if sizes else tuple(called.sizes())
    if not rows:
        raise Unsupported(called.why_untold(), hint="give sizes with --sizes, and elements of buffers with --extent")
    cases = list(make_cases(called, seed, KINDS, rows))
    library = Text.of(text).built(folder / "source.so", strict=False)
    calls = [launcher.convention.passed(launcher.parameters, case.arguments) for case in cases]
    results = run(library, launcher.symbol, calls, timeout_s=RUN_SECONDS)
    kept = [(case, result.arrays) for case, result in zip(cases, results, strict=True) if result.ok]
    if not kept:
        why = results[0].failure or "a simulator reports a defect"
        raise Unsupported(f"the source does not run at any size tried: {why}", hint="choose others with --sizes")
    return [_recorded(number, case, launcher.parameters, arrays) for number, (case, arrays) in enumerate(kept)]


def _recorded(number: int, case: Case, parameters: list, arrays: Sequence[np.ndarray]) -> Recorded:
    pointers = [p.name for p in parameters if p.is_pointer]
    values = dict(zip([p.name for p in parameters], case.arguments, strict=True))
    return Recorded(
        f"{number:02}_{case.kind}",
        {p.name: values[p.name] for p in parameters if not p.is_pointer},
        {name: values[name] for name in pointers},
        dict(zip(pointers, arrays, strict=True)),
    )

"""What executions of one program find at given sizes: the strict simulator or the guarded native run, and the model."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from mlir import ir

from xpiler.diagnostics import Place, XpilerError
from xpiler.execution.build import build
from xpiler.execution.process import ALIGNMENT, RunResult, run
from xpiler.verify import signature
from xpiler.verify.defects.defect import Sizes, SourceDefect
from xpiler.verify.differential import TOO_SMALL, Text
from xpiler.verify.limits import Budget, Defect, OutOfTime
from xpiler.verify.model import side
from xpiler.verify.refutation import Extents
from xpiler.verify.sampling import MOST_ELEMENTS, arguments

RUN_SECONDS, MODEL_SECONDS = 20.0, 2.0
TIGHT = 1  # bytes: arrays end at a guard page


def by_runs(text: Text, unit: side.Unit, extents: Extents, rows: list[Sizes]) -> list[list[SourceDefect]]:
    """The defects that runs show at each row. Raises XpilerError where the text cannot be built."""
    parameters, called = unit.parameters, signature.convention_of(unit.function)
    made = [arguments(parameters, sizes, extents(sizes).__getitem__, np.random.default_rng(0), "random") for sizes in rows]
    calls = [called.passed(parameters, values) for values in made]
    with tempfile.TemporaryDirectory(prefix="xpiler-defects-") as folder:
        library = build(
            text.path, text.platform, Path(folder) / "source.so", arch=text.arch, strict=True, include_dirs=text.include_dirs
        ).library
        for alignment in (TIGHT, ALIGNMENT):
            results = run(library, unit.name, calls, timeout_s=RUN_SECONDS, alignment=alignment)
            if any(result.ok for result in results):
                break
    return [_defects_of(text, sizes, result) for sizes, result in zip(rows, results, strict=True)]


def is_runnable(extents: Extents, sizes: Sizes) -> bool:
    """Whether the extents of the buffers are known at these sizes, and small enough."""
    try:
        return sum(extents(sizes).values()) <= MOST_ELEMENTS
    except XpilerError:
        return False


def _defects_of(text: Text, sizes: Sizes, result: RunResult) -> list[SourceDefect]:
    if result.failure.startswith("did not finish"):
        return []
    if result.failure:
        return [SourceDefect("fault", f"the program {result.failure}", Place(str(text.path)), sizes)]
    return [_reported(text, sizes, finding) for finding in result.findings if finding.get("kind") not in TOO_SMALL]


def _reported(text: Text, sizes: Sizes, finding: dict) -> SourceDefect:
    """A finding of a simulator; one whose place is not in a file of the user's is shown at the file."""
    ours = Path(finding.get("file") or "").name == text.path.name
    place = Place(str(text.path), finding.get("line", 0) if ours else 0)
    return SourceDefect(finding.get("kind", "fault"), finding.get("message", ""), place, sizes)


def by_model(module: ir.Module, sizes: Sizes, extents: Extents) -> SourceDefect | None:
    """The defect that the model meets at these sizes; None where there is none, or the model cannot execute the program."""
    unit = side.Unit.of(module)
    try:
        elements = extents(sizes)
        kinds = {i: side.SIZES[t] for i, t in enumerate(unit.types)}
        bytes_ = {i: elements[p.name] * kinds[i] for i, p in enumerate(unit.parameters) if p.is_pointer}
        side.run(module, unit, [p.name for p in unit.parameters], sizes, bytes_, Budget.of_work(MODEL_SECONDS))
    except Defect as defect:
        return SourceDefect(defect.kind, defect.message, placed(defect.where), sizes)
    except (XpilerError, OutOfTime, RecursionError):
        pass
    return None


def placed(where: str) -> Place:
    """`file:line:column` as a place."""
    file, line, column = (*where.rsplit(":", 2), "", "")[:3]
    return Place(file, int(line), int(column)) if line.isdigit() and column.isdigit() else Place(where)

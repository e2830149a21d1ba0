"""What executions of one program find at given sizes: the strict simulator or the guarded native run, and the model."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import numpy as np
from mlir import ir

from xpiler.diagnostics import Place, XpilerError
from xpiler.execution.process import RunResult, run
from xpiler.verify import signature
from xpiler.verify.buffer_extents import Extents
from xpiler.verify.defects.defect import Sizes, SourceDefect
from xpiler.verify.differential import TOO_SMALL, Text
from xpiler.verify.limits import Budget, Defect, OutOfTime
from xpiler.verify.model import side
from xpiler.verify.sampling import MOST_ELEMENTS, ParameterInfo, arguments
from xpiler.verify.undefined_results import undefined_result

RUN_SECONDS, MODEL_SECONDS = 20.0, 2.0
ASSERTION = re.compile(r"SIGABRT.*Assertion .* failed", re.DOTALL)  # an assert says which sizes the program takes
SUBSCRIPT_BYTES = 4  # of an integer, at least


def by_runs(text: Text, module: ir.Module, unit: side.Unit, extents: Extents, rows: list[Sizes]) -> list[list[SourceDefect]]:
    """The defects that runs show at each row. Raises XpilerError where the text cannot be built.

    A text that names its symbol has been given a launcher on host pointers, which takes the unit's parameters.
    """
    results = _run(text, module, unit, [_inputs(unit.parameters, sizes, extents(sizes)) for sizes in rows])
    return [_defects_of(text, sizes, result) for sizes, result in zip(rows, results, strict=True)]


def run_well(text: Text, module: ir.Module, unit: side.Unit, extents: Extents, rows: list[Sizes]) -> list[bool]:
    """Whether a run on numbers that are not negative ends and shows nothing, at each row. Raises as `by_runs` does."""
    made = [[_magnitudes(value) for value in _inputs(unit.parameters, sizes, extents(sizes))] for sizes in rows]
    return [not (r.unfinished or r.failure or r.findings) for r in _run(text, module, unit, made)]


def _run(text: Text, module: ir.Module, unit: side.Unit, made: list[list[object]]) -> list[RunResult]:
    called = signature.Convention() if text.symbol else signature.convention_of(unit.function)
    calls = [called.passed(unit.parameters, values) for values in made]
    with tempfile.TemporaryDirectory(prefix="xpiler-defects-") as folder:
        library = text.built(Path(folder) / "source.so", strict=True)
        return run(library, text.symbol or unit.name, calls, timeout_s=RUN_SECONDS, alignment=alignment_of(module))


def _magnitudes(value: object) -> object:
    return np.abs(value) if isinstance(value, np.ndarray) else value


def _inputs(parameters: list[ParameterInfo], sizes: Sizes, elements: dict[str, int]) -> list[object]:
    """Random numbers, and zeros in buffers of wide integers: they may be subscripts, and zero is a valid one wherever there is any."""
    made = arguments(parameters, sizes, elements.__getitem__, np.random.default_rng(0), "random")
    return [value * 0 if _may_be_subscripts(value) else value for value in made]


def _may_be_subscripts(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.itemsize >= SUBSCRIPT_BYTES


def alignment_of(module: ir.Module) -> int:
    """The bytes that arrays must start at a multiple of, by what the program's aligned accesses ask for.

    One byte where there is none: arrays end at the guard page then.
    """
    asked = [op.attributes["alignment"] for op in signature.inside(module.operation) if "alignment" in op.attributes]
    return max((ir.IntegerAttr(attribute).value for attribute in asked), default=1)


def is_runnable(extents: Extents, sizes: Sizes) -> bool:
    """Whether the extents of the buffers are known at these sizes, and small enough."""
    return is_known(extents, sizes) and sum(extents(sizes).values()) <= MOST_ELEMENTS


def is_known(extents: Extents, sizes: Sizes) -> bool:
    """Whether the extents of the buffers are known at these sizes."""
    try:
        extents(sizes)
    except XpilerError:
        return False
    return True


def _defects_of(text: Text, sizes: Sizes, result: RunResult) -> list[SourceDefect]:
    if result.unfinished or ASSERTION.search(result.failure):
        return []
    if result.failure:
        return [SourceDefect("fault", f"the program {result.failure}", Place(str(text.path)), sizes)]
    return [_reported(text, sizes, finding) for finding in result.findings if finding.get("kind") not in TOO_SMALL]


def _reported(text: Text, sizes: Sizes, finding: dict) -> SourceDefect:
    """A finding of a simulator; one whose place is not in a file of the user's is shown at the file."""
    ours = Path(finding.get("file") or "").name == text.path.name
    place = Place(str(text.path), finding.get("line", 0) if ours else 0)
    return SourceDefect(finding.get("kind", "fault"), finding.get("message", ""), place, sizes)


def by_model(module: ir.Module, sizes: Sizes, extents: Extents | None) -> SourceDefect | None:
    """The defect that the model meets at these sizes; None where there is none, or the model cannot execute the program."""
    unit = side.Unit.of(module)
    try:
        found = undefined_result(_executed(module, unit, sizes, extents))
    except Defect as defect:
        found = defect
    except (XpilerError, OutOfTime, RecursionError):
        return None
    return None if found is None or found.kind in TOO_SMALL else SourceDefect(found.kind, found.message, placed(found.where), sizes)


def is_right(module: ir.Module, sizes: Sizes, extents: Extents | None) -> bool:
    """Whether the model can execute the program at these sizes and meets no defect."""
    try:
        return undefined_result(_executed(module, side.Unit.of(module), sizes, extents)) is None
    except (XpilerError, Defect, OutOfTime, RecursionError):
        return False


def _executed(module: ir.Module, unit: side.Unit, sizes: Sizes, extents: Extents | None) -> side.Outcome:
    """A run of the model; buffers without bounds where nothing tells their extents."""
    elements = extents(sizes) if extents is not None else {}
    kinds = {i: side.SIZES[t] for i, t in enumerate(unit.types)}
    bytes_ = {i: elements[p.name] * kinds[i] for i, p in enumerate(unit.parameters) if p.is_pointer and p.name in elements}
    return side.run(module, unit, [p.name for p in unit.parameters], sizes, bytes_, Budget.of_work(MODEL_SECONDS))


def placed(where: str) -> Place:
    """`file:line:column` as a place."""
    file, line, column = (*where.rsplit(":", 2), "", "")[:3]
    return Place(file, int(line), int(column)) if line.isdigit() and column.isdigit() else Place(where)

"""The statements that wrote an element, found by executing both programs at the sizes of a counterexample."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mlir import ir

from xpiler.diagnostics import XpilerError
from xpiler.verify.counterexample import Counterexample
from xpiler.verify.limits import Budget, Defect, OutOfTime
from xpiler.verify.model import side

SECONDS = 5.0


def with_statements(found: Counterexample, source: ir.Module, target: ir.Module) -> Counterexample:
    """The counterexample with the place that wrote the element in each text; "" where the model cannot execute the program."""
    if found.finding:
        return replace(found, statements=("", _defect_of(target, source, found)))
    return replace(found, statements=(_writer(source, source, found), _writer(target, source, found)))


def _writer(module: ir.Module, named_by: ir.Module, found: Counterexample) -> str:
    try:
        names, outcome = _executed(module, named_by, found)
    except (XpilerError, Defect, OutOfTime, RecursionError):
        return ""
    buffer = outcome.buffers[names.index(found.buffer)]
    place = buffer.writers.get(found.element * side.element_size(buffer), "")
    return with_text(place) if place else "no statement: nothing writes it"


def _defect_of(module: ir.Module, named_by: ir.Module, found: Counterexample) -> str:
    """What the model says of a program that a run found at fault, with both accesses of a race."""
    try:
        _executed(module, named_by, found)
    except Defect as defect:
        return f"{defect}{statement_at(defect.where)}"
    except (XpilerError, OutOfTime, RecursionError):
        pass
    return ""


def _executed(module: ir.Module, named_by: ir.Module, found: Counterexample) -> tuple[list[str], side.Outcome]:
    names = [p.name for p in side.Unit.of(named_by).parameters]
    unit = side.Unit.of(module)
    extents = {
        names.index(name): value.size * value.itemsize
        for name, value in found.inputs.items()
        if unit.parameters[names.index(name)].is_pointer
    }
    return names, side.run(module, unit, names, found.sizes, extents, Budget.of_work(SECONDS))


def with_text(place: str) -> str:
    """A place with the line of the file there."""
    return f"{place}{statement_at(place)}"


def statement_at(place: str) -> str:
    """`: <the line's text>` of a `file:line:column`; "" where the file cannot be read."""
    file, _, rest = place.partition(":")
    number = rest.partition(":")[0]
    if not number.isdigit() or not Path(file).is_file():
        return ""
    lines = Path(file).read_text(errors="replace").splitlines()
    return f": {lines[int(number) - 1].strip()}" if 0 < int(number) <= len(lines) else ""

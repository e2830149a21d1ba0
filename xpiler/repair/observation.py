"""What a program does at given sizes, as numbers that a search can steer by.

The source runs once, the suspect again and again. An observation is `right`, or it says how far off the run was: the
elements that differ, and of each buffer how many elements were written, the first, the last, and how far it was read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mlir import ir

from xpiler.diagnostics import XpilerError
from xpiler.verify.limits import Budget, Defect, OutOfTime
from xpiler.verify.model import side
from xpiler.verify.terms.normal_form import NormalForm
from xpiler.verify.terms.term import Term, Value, make

_ELEMENT = re.compile(r"element (-?\d+)")


@dataclass(frozen=True)
class Observation:
    """One run of the suspect. `footprint` holds comparable numbers, None where the run did not get so far."""

    right: bool = False
    invalid: bool = False  # no program any more, or outside what is modelled
    defect: str = ""  # bounds, race, ...
    message: str = ""
    where: str = ""
    mismatches: int = 0
    first: tuple[str, Value, Value] | None = None  # element, expected, actual
    footprint: tuple[tuple[str, int], ...] = ()

    @property
    def distance(self) -> tuple[int, int]:
        """Smaller is better: whether it is a program that runs, then the elements that differ."""
        return (2 if self.invalid else 1 if self.defect else 0, self.mismatches)


@dataclass
class Bench:
    """The source's outcome at one row of sizes."""

    source: ir.Module
    sizes: dict[str, int]
    seconds: float = 4.0
    forms: NormalForm = field(init=False)

    def __post_init__(self) -> None:
        self.budget = Budget(120.0)
        self.forms = NormalForm(self.budget)
        self.unit = side.Unit.of(self.source)
        self.names = [p.name for p in self.unit.parameters]
        self.expected = side.run(self.source, self.unit, self.names, self.sizes, {}, self.budget)
        self.extents = {i: n for i, (n, _) in self.expected.extents().items()}

    def observe(self, module: ir.Module) -> Observation:
        """Runs the suspect; never raises for what is wrong with it."""
        try:
            unit = side.Unit.of(module)
            outcome = side.run(module, unit, self.names, self.sizes, self.extents, Budget(self.seconds))
            return self._compared(outcome)
        except Defect as defect:
            return _defective(defect)
        except (XpilerError, OutOfTime, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            return Observation(invalid=True, message=str(error)[:200])

    def _compared(self, outcome: side.Outcome) -> Observation:
        first, wrong = None, 0
        for position, buffer in self.expected.buffers.items():
            other, size = outcome.buffers[position], side.element_size(buffer)
            for offset in sorted({*buffer.cells, *other.cells}):
                expected, actual = (_final(b, offset // size, buffer) for b in (buffer, other))
                if not self.forms.equal(expected, actual, buffer.element):
                    wrong += 1
                    first = first or (f"{buffer.name}[{offset // size}]", expected, actual)
        return Observation(right=not wrong, mismatches=wrong, first=first, footprint=footprint(outcome))

    def wanted(self) -> dict[str, int]:
        """The footprint that a right program has (of what it writes)."""
        return dict(footprint(self.expected))


def _final(buffer, element: int, declared) -> Value:
    value = buffer.final(element)
    return make("leaf", declared.name, element, declared.element) if value is None else value


def footprint(outcome: side.Outcome) -> tuple[tuple[str, int], ...]:
    """Of each buffer: the number of elements written, the first, the last, and one past the last byte touched."""
    found: list[tuple[str, int]] = []
    for position, buffer in outcome.buffers.items():
        found.append((f"{position} reach", buffer.reach))
        if buffer.cells:
            found += [
                (f"{position} written", len(buffer.cells)),
                (f"{position} first", min(buffer.cells)),
                (f"{position} last", max(buffer.cells)),
            ]
    return tuple(found)


def _defective(defect: Defect) -> Observation:
    match = _ELEMENT.search(defect.message)
    numbers = (("overrun", int(match[1])),) if match else ()
    return Observation(defect=defect.kind, message=str(defect), where=defect.where, mismatches=1 << 20, footprint=numbers)


def leaves(value: Value) -> set[tuple[str, int]]:
    """The buffer elements a term reads."""
    return {(t.args[0], t.args[1]) for t in subterms(value) if t.kind == "leaf"}


def subterms(value: Value) -> list[Term]:
    """Every node of a term once."""
    seen: dict[Term, None] = {}
    pending = [value]
    while pending:
        term = pending.pop()
        if isinstance(term, Term) and term not in seen:
            seen[term] = None
            pending += term.args
    return list(seen)

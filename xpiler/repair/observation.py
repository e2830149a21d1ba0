"""What a program does at given sizes, as numbers that a search can steer by.

The source runs once, the suspect again and again. An observation is `right`, or it says how far off the run was: the
elements that differ, and of each buffer how many elements were written, the first, the last, and how far it was read.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from mlir import ir

from xpiler.diagnostics import XpilerError
from xpiler.repair.program import function_of, functions, is_launcher, name_of
from xpiler.verify.limits import Budget, Defect, OutOfTime
from xpiler.verify.model import side
from xpiler.verify.model.memory import Buffer, Contents, symbol
from xpiler.verify.model.program import Function, Program
from xpiler.verify.terms.normal_form import NormalForm
from xpiler.verify.terms.term import Term, Value, constant

_NAMED = ("leaf", "const", "fn", "compare")  # terms that are told apart by more than their kind
_ELEMENT = re.compile(r"element (-?\d+)")


@dataclass(frozen=True)
class Observation:
    """One run of the suspect. `footprint` holds comparable numbers, None where the run did not get so far."""

    right: bool = False
    invalid: bool = False  # no program any more, or outside what is modelled
    too_long: str = ""  # what the verifier says of arrays that their memory does not hold; the run is as if it did
    defect: str = ""  # bounds, race, ...
    message: str = ""
    where: str = ""
    mismatches: int = 0
    first: tuple[str, Value, Value] | None = None  # element, expected, actual
    gap: int = 0  # how far the terms of the first wrong element are apart
    footprint: tuple[tuple[str, int], ...] = ()

    @property
    def distance(self) -> tuple[int, int, int]:
        """Smaller is better: whether it is a program that runs, the elements that differ, how much the first of them does."""
        return (2 if self.invalid else 1 if self.defect else 0, self.mismatches, self.gap)

    def is_like(self, other: Observation) -> bool:
        """Whether two programs cannot be told apart by what was seen of them."""
        mine, theirs = ((o.distance, o.message, o.footprint, o.first and o.first[0]) for o in (self, other))
        return mine == theirs and (self.first is None or other.first is None or self.first[2] == other.first[2])


class Suspect:
    """The program under repair as the model runs it.

    Most edits are in kernels, so that launchers are compiled again only from the first edit of one on.
    """

    def __init__(self, module: ir.Module):
        self.module = module
        self._program: Program | None = None
        self._functions: _Functions | None = None
        self._are_launchers_edited = False

    def touch(self, op: ir.Operation) -> None:
        """An edit of this operation is tried."""
        self._are_launchers_edited = self._are_launchers_edited or is_launcher(function_of(op))

    def program(self) -> Program:
        """The module as it is now."""
        if self._program is None:
            self._program = Program(self.module)
            self._program.functions = self._functions = _Functions(self._program)
        changed = {name_of(f): f for f in functions(self.module) if self._are_launchers_edited or not is_launcher(f)}
        self._functions.begin(changed)
        return self._program

    @property
    def ran(self) -> frozenset[str]:
        """The functions of the last run."""
        return frozenset() if self._functions is None else frozenset(self._functions.asked)


class _Functions(dict[str, Function]):
    """The functions of a program. Those that may have been changed are compiled again when a run asks for them: most runs launch one
    kernel of several."""

    def __init__(self, program: Program):
        super().__init__(program.functions)
        self._program = program
        self._stale: dict[str, ir.Operation] = {}
        self.asked: set[str] = set()

    def begin(self, changed: dict[str, ir.Operation]) -> None:
        """A new run, in which functions may be others than they were."""
        self._stale = dict(changed)
        self.asked.clear()

    def __getitem__(self, name: str) -> Function:
        self.asked.add(name)
        if name in self._stale:
            self._program.compile_again([self._stale.pop(name)])
        return super().__getitem__(name)


def numbers(name: str, element: int, type_: str) -> Value:
    """An input that is a number: elements of floats near each other differ."""
    if type_[0] == "i":
        return symbol(name, element, type_)
    return constant(Fraction((37 * element + sum(map(ord, name))) % 61 - 30, 8))


@dataclass
class Bench:
    """The source's outcome at one row of sizes; with `contents` for inputs that are no symbols, so that large sizes take less."""

    source: ir.Module
    sizes: dict[str, int]
    seconds: float = 4.0  # of one run
    contents: Contents | None = None
    forms: NormalForm = field(init=False)

    def __post_init__(self) -> None:
        self.budget = Budget.of_work(30 * self.seconds)
        self.forms = NormalForm(self.budget)
        self.unit = side.Unit.of(self.source)
        self.names = [p.name for p in self.unit.parameters]
        self.expected = side.run(self.source, self.unit, self.names, self.sizes, {}, self.budget, contents=self.contents)
        self.extents = {i: n for i, (n, _) in self.expected.extents().items()}

    def observe(self, suspect: Suspect) -> Observation:
        """Runs the suspect; never raises for what is wrong with it."""
        try:
            unit, budget = side.Unit.of(suspect.module), Budget.of_work(self.seconds)
            program = suspect.program()
            outcome = side.run(suspect.module, unit, self.names, self.sizes, self.extents, budget, program=program, contents=self.contents)
            return self._compared(outcome)
        except Defect as defect:
            return _defective(defect)
        except (XpilerError, OutOfTime, RecursionError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            return Observation(invalid=True, message=str(error)[:200])

    def _compared(self, outcome: side.Outcome) -> Observation:
        first, wrong = None, 0
        for position, buffer in self.expected.buffers.items():
            other, size = outcome.buffers[position], side.element_size(buffer)
            for offset in sorted({*buffer.cells, *other.cells}):
                expected, actual = (_final(b, offset // size) for b in (buffer, other))
                if not self.forms.equal(expected, actual, buffer.element):
                    wrong += 1
                    first = first or (f"{buffer.name}[{offset // size}]", expected, actual)
        gap = apart(first[1], first[2]) if first else 0
        return Observation(right=not wrong, mismatches=wrong, first=first, gap=gap, footprint=footprint(outcome))

    def wanted(self) -> dict[str, int]:
        """The footprint that a right program has (of what it writes)."""
        return dict(footprint(self.expected))


def _final(buffer: Buffer, element: int) -> Value:
    value = buffer.final(element)
    return buffer.initial(element) if value is None else value


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


WEIGHT_OF_AN_ELEMENT = 3  # a program that reads what it should is nearer than one that has the operators


def apart(expected: Value, actual: Value) -> int:
    """How many elements, operators and constants one of two terms has and the other has not."""
    mine, theirs = _parts(expected), _parts(actual)
    differing = (mine - theirs) + (theirs - mine)
    return sum(n * (WEIGHT_OF_AN_ELEMENT if part[0] == "leaf" else 1) for part, n in differing.items())


def _parts(value: Value) -> Counter[tuple]:
    """What a term is made of."""
    return Counter((t.kind, *(() if t.kind not in _NAMED else (a for a in t.args if not isinstance(a, Term)))) for t in subterms(value))


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

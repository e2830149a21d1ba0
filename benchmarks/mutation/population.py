"""The mutants of a run: which kernels, which changes, drawn by a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mutation import (
    barriers,
    bounds,
    constants,
    copies,
    guards,
    identities,
    lanes,
    omissions,
    operand_order,
    operations,
    pipelines,
    signedness,
    spaces,
    strides,
    subscripts,
    tails,
)
from mutation.equivalences import leaves_all_work
from mutation.program import Change, Program

OPERATORS = (
    barriers, bounds, constants, copies, guards, identities, lanes, omissions,
    operand_order, operations, pipelines, signedness, spaces, strides, subscripts, tails,
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """A right kernel: the operator it computes, its platform, its text, and the platform it was emitted from ("" by hand)."""

    operator: str
    platform: str
    path: str
    emitted_from: str = ""

    @property
    def name(self) -> str:
        """How reports call it."""
        return f"{self.operator}.{self.platform}" + (f" (from {self.emitted_from})" if self.emitted_from else "")


@dataclass(frozen=True)
class Mutant:
    """A wrong kernel: its subject, the change, and the line before and after it."""

    subject: Subject
    change: Change
    line: int
    before: str
    after: str

    @property
    def name(self) -> str:
        """How reports call it; the same in every run that draws it."""
        return f"{self.subject.name}:{self.line}: {self.change.operator}: {self.before} => {self.after}"


def drawn(subjects: list[Subject], count: int, seed: int, known: frozenset[str] = frozenset()) -> list[Mutant]:
    """`count` different mutants: kernels in turn, for each an operator at random, then one of its changes.

    `known`: the names of mutants that were judged before, which are taken first as far as they are still mutants.
    """
    generator = random.Random(seed)
    left = {subject: _by_operator(subject) for subject in subjects}
    made = [mutant for changes in left.values() for mutant in _taken(changes, known)]
    order = [subject for subject in subjects if left[subject]]
    generator.shuffle(order)
    while order and len(made) < count:
        for subject in list(order):
            made.append(_one(subject, left[subject], generator))
            if not left[subject]:
                order.remove(subject)
    return sorted(made[:count], key=lambda m: (m.subject.path, m.change.start))


def _taken(changes: dict[str, list[Mutant]], known: frozenset[str]) -> list[Mutant]:
    """The mutants of one kernel that are known, which are no longer among its changes."""
    taken: dict[str, Mutant] = {}
    for operator, mutants in list(changes.items()):
        for mutant in [m for m in mutants if m.name in known and m.name not in taken]:
            taken[mutant.name] = mutant
            mutants.remove(mutant)
        if not mutants:
            del changes[operator]
    return list(taken.values())


def _by_operator(subject: Subject) -> dict[str, list[Mutant]]:
    """The changes of one kernel, by operator; none where the front end does not read it."""
    from xpiler.diagnostics import XpilerError

    try:
        program = Program(Path(subject.path), subject.platform, f"{subject.operator}_kernel")
    except XpilerError as error:
        print(f"left out: {error}", flush=True)
        return {}
    found: dict[str, list[Mutant]] = {}
    seen = {program.data}
    for change in (change for operator in OPERATORS for change in operator.changes(program)):
        text = program.applied(change)
        if text not in seen and not leaves_all_work(program, change):
            seen.add(text)
            found.setdefault(change.operator, []).append(_mutant(subject, program, change))
    return found


def _one(subject: Subject, left: dict[str, list[Mutant]], generator: random.Random) -> Mutant:
    operator = generator.choice(sorted(left))
    mutants = left[operator]
    mutant = mutants.pop(generator.randrange(len(mutants)))
    if not mutants:
        del left[operator]
    return mutant


def _mutant(subject: Subject, program: Program, change: Change) -> Mutant:
    before = " ".join(program.data[change.start : change.end].decode(errors="replace").split())
    after = " ".join(change.text.split())
    return Mutant(subject, change, program.line_of(change.start), before[:120], after[:120])


def text_of(mutant: Mutant) -> bytes:
    """The wrong kernel's text."""
    data = Path(mutant.subject.path).read_bytes()
    return data[: mutant.change.start] + mutant.change.text.encode() + data[mutant.change.end :]


def corpus_subjects(operators: list[str], platforms: list[str]) -> Iterator[Subject]:
    """The kernels written by hand."""
    from corpus import EVERY

    for operator in operators:
        for platform in platforms:
            yield Subject(operator, platform, str(EVERY[operator].source(platform)))

"""The search for changes that make a program right: solved holes, single ones by likelihood, then a second one beyond those that help.

What is tried is remembered: a place where two changes have left everything as it was is dead, and the others there come last. A change
that is right at the benches and is refused by the whole judgement leaves the sizes of its counterexample, which are one more bench.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from mlir import ir

from xpiler.repair import solving
from xpiler.repair.diagnosis import Diagnosis, diagnose, ordered
from xpiler.repair.edit import Edit, Undo, constant, is_float, number_of, set_attribute, with_new
from xpiler.repair.numbers import (
    bypass_edits,
    byte_edits,
    clamp_edits,
    defined,
    definition_edits,
    float_edits,
    float_hole,
    float_value_edits,
    integer_edits,
    share_edits,
    static_edits,
    turns_sign,
)
from xpiler.repair.observation import Bench, Observation, Suspect
from xpiler.repair.operations import builtin_edits, operator_edits, order_edits, subscript_edits
from xpiler.repair.parsing import CAPACITY
from xpiler.repair.pieces import Pieces
from xpiler.repair.program import Facts, function_of, is_launcher, kernel_constants, suspected
from xpiler.repair.statements import size_edits, space_edits, swap_edits, sync_edits
from xpiler.repair.stores import store_edits

SOURCES = (
    byte_edits,
    share_edits,
    integer_edits,
    float_edits,
    float_value_edits,
    static_edits,
    bypass_edits,
    clamp_edits,
    operator_edits,
    subscript_edits,
    order_edits,
    builtin_edits,
    sync_edits,
    swap_edits,
    space_edits,
    size_edits,
    store_edits,
)
OF_LAUNCHERS = (share_edits, integer_edits, bypass_edits, operator_edits, order_edits)
LAUNCHER = 1.5  # on the cost of a change
PROBE = Fraction(1234567, 1 << 21)  # stands for a float hole in terms; no program has it
MOST_PARTNERS = 24
MOST_BEGINNINGS = 6  # changes that help a little, from which the search begins again
EARLY = 12  # part of the time for a second change behind one that leaves few elements wrong, before other single ones
MOST_FOLLOWED = 3  # changes behind which a second one is looked for at once
NEARLY = 4  # times fewer wrong elements than before
PROBES = 2  # changes of one place that show nothing before the others there have to wait
FIRST_SHARE = 0.4  # of the time for single changes, before pairs are tried

OF_FLOATS = ("operation", "builtin", "float", "order")
MOST_ASKED = 12  # changes that nothing but runs tells apart

Accept = Callable[[tuple[Edit, ...]], bool]


@dataclass
class Search:
    """Looks for changes of `module` that `benches` find right and `accept` confirms. The module is as before when it returns."""

    module: ir.Module
    benches: list[Bench]
    accept: Accept
    seconds: float = 20.0  # of this process: what others do on the machine decides nothing
    alone: bool = False  # no pairs
    symptom: str = ""  # where the caller knows more than the run shows
    taken: tuple | None = None  # the slot of a change that is made already
    learnt: list[Bench] = field(default_factory=list)  # sizes of counterexamples, which `accept` adds
    runs: int = 0
    diagnosis: Diagnosis | None = None
    suspect: Suspect | None = None
    pieces: Pieces | None = None
    _asked: int = 0
    _begin: float = field(default_factory=time.process_time)
    _effects: dict[Edit, Observation] = field(default_factory=dict)
    _idle: Counter = field(default_factory=Counter)
    _solved: set[tuple] = field(default_factory=set)
    _followed: set[tuple] = field(default_factory=set)  # slots of changes behind which a second one was looked for

    def found(self) -> tuple[Edit, ...] | None:
        """The changes, or None where none was found in time."""
        self.suspect = self.suspect or Suspect(self.module)
        self.pieces = self.pieces or Pieces.of(self.module)
        seen = self._first_wrong()
        if seen is None:
            return None
        self.diagnosis = diagnose(seen)
        if self.symptom:
            self.diagnosis = replace(self.diagnosis, symptom=self.symptom)
        edits = self._all_edits()
        waiting = deque(edits)
        return (
            self._solved_floats(edits, seen)
            or self._singles(waiting, seen, FIRST_SHARE if not self.alone else 1.0)
            or self._pairs(seen)
            or self._singles(waiting, seen, 1.0, dead_too=True)
        )

    def found_by_runs(self) -> tuple[Edit, ...] | None:
        """One change of a program that is right over the reals and wrong in floats, where an exponential overflows, say.

        No bench tells changes apart that keep it right, so that only few of them are shown to `accept`.
        """
        self.suspect, self.pieces = self.suspect or Suspect(self.module), self.pieces or Pieces.of(self.module)
        self.diagnosis = Diagnosis("overflow", "it is right over the reals, and its floats are not")
        if not self.benches or not self._observe().right:
            return None
        asked = self._asked
        for edit in filter(_is_of_floats, self._all_edits()):
            if self._late() or self._asked - asked >= MOST_ASKED:
                return None
            if self._is_right((edit,)):
                return (edit,)
        return None

    def _all_edits(self) -> list[Edit]:
        """The changes of what the last run went through, the likeliest first."""
        facts = Facts(self.module, self.benches[0].source)
        made = [e for op in suspected(self.module, self.suspect.ran) for e in _edits(op, facts)]
        edits = ordered(made + [e for op in kernel_constants(self.module) for e in definition_edits(op, facts)], self.diagnosis)
        return [e for e in edits if e.slot != self.taken]

    def _first_wrong(self) -> Observation | None:
        """What is seen at the first sizes that show the fault; they lead the search. None where none does."""
        for bench in self.benches:
            self.benches = [bench, *(b for b in self.benches if b is not bench)]
            seen = self._observe()
            if not seen.right:
                return seen
        return None

    def _singles(self, waiting: deque[Edit], seen: Observation, share: float, *, dead_too: bool = False) -> tuple[Edit, ...] | None:
        """One change, the likeliest first, until a share of the time is spent; those of dead places stay in `waiting`."""
        dead: list[Edit] = []
        while waiting and not self._late(share):
            edit = waiting.popleft()
            if self._idle[edit.slot] >= PROBES and not dead_too:
                dead.append(edit)
                continue
            if self._is_right((edit,)):
                return (edit,)
            after = self._effects.get(edit)
            if after is not None and self._is_nearly_right(edit, after, seen):
                found = self._beyond(edit, self.seconds / EARLY)
                if found:
                    return found
            self._idle[edit.slot] += after is not None and after.is_like(seen)
            if edit.slot not in self._solved and edit.hole is not None:
                self._solved.add(edit.slot)
                solved = self._solved_integer(edit, seen)
                if solved:
                    return solved
        waiting.extend(dead)
        return None

    def _solved_integer(self, edit: Edit, seen: Observation) -> tuple[Edit, ...] | None:
        """Numbers for the hole at an operand, in a static bound or a constant, from the runs before and after one change of it."""
        after = self._effects.get(edit)
        if after is None:
            return None
        first_outside = dict(seen.footprint).get("overrun")
        if after.footprint != seen.footprint:
            numbers = solving.integers(edit.hole.old, seen, edit.hole.new, after, self.benches[0].wanted())
        elif first_outside is not None and edit.op.name.startswith("scf.for"):
            numbers = iter([first_outside])  # a loop that goes too far reaches it, whatever its bound
        else:
            return None
        for number in numbers:
            filled = edit.hole.filled(number)
            if self._is_right((filled,)):
                return (filled,)
        return None

    def _solved_floats(self, edits: list[Edit], seen: Observation) -> tuple[Edit, ...] | None:
        """The real that a float constant has to be, for each constant in turn."""
        if seen.first is None or self.diagnosis.symptom not in ("constants", "operators"):
            return None
        slots = dict.fromkeys(e.slot for e in edits if e.kind == "float")
        for op, position in slots:
            solved = self._float(op, position) if isinstance(position, int) else self._float_defined(op)
            if solved is not None and self._is_right((solved,)):
                return (solved,)
        return None

    def _float(self, op: ir.Operation, position: int) -> Edit | None:
        kind = op.operands[position].type
        number = self._solved_for(kind, with_new(op, position, lambda: constant(kind, float(PROBE))))
        is_other = number is not None and not turns_sign(op, float(number_of(op.operands[position]) or 0.0), number)
        return float_hole(op, position, number) if is_other else None

    def _float_defined(self, op: ir.Operation) -> Edit | None:
        kind = op.results[0].type
        number = self._solved_for(kind, set_attribute(op, "value", ir.FloatAttr.get(kind, float(PROBE))))
        return None if number is None else defined(op, number)

    def _solved_for(self, kind: ir.Type, undo: Undo) -> float | None:
        """The number that the probe, which is in the program until `undo`, has to be."""
        try:
            probed = self._observe()
        finally:
            undo()
        if probed.first is None:
            return None
        digits = {"f16": 11, "bf16": 8, "f32": 24}.get(str(kind), 53)
        return solving.floats(probed.first[1], probed.first[2], Fraction(float(PROBE)), digits)

    def _pairs(self, seen: Observation) -> tuple[Edit, ...] | None:
        """Two changes together. A change that changed nothing alone, or broke the program, is never chosen."""
        if self.alone:
            return None
        live = [e for e, o in self._effects.items() if o.distance < seen.distance or (o.footprint != seen.footprint and not o.invalid)]
        live = sorted(live, key=lambda e: (self._effects[e].distance, self.diagnosis.cost(e)))[:MOST_PARTNERS]
        better = [e for e in live if self._effects[e].distance < seen.distance]
        begun = list({e.slot: e for e in reversed(better)}.values())[::-1][:MOST_BEGINNINGS]
        return next((found for edit in begun if (found := self._beyond(edit, self._left / 2))), None) or self._chosen(live)

    def _chosen(self, live: list[Edit]) -> tuple[Edit, ...] | None:
        for pair in _combinations(live):
            if self._late():
                return None
            if self._is_right(pair):
                return pair
        return None

    def _is_nearly_right(self, edit: Edit, after: Observation, seen: Observation) -> bool:
        """Whether a change is so good that a second fault is looked for behind it at once; each place is given one such chance."""
        if self.alone or edit.slot in self._followed or len(self._followed) >= MOST_FOLLOWED:
            return False
        if after.right:
            good = bool(self.learnt)  # it is the larger sizes that are wrong
        else:
            good = not after.invalid and not after.defect and after.mismatches * NEARLY <= seen.mismatches
        if good:
            self._followed.add(edit.slot)
        return good

    def _beyond(self, first: Edit, seconds: float) -> tuple[Edit, ...] | None:
        """One change made for good, the search begun again from there."""
        if self._late():
            return None
        undo = first.apply()
        try:
            rest = Search(
                self.module,
                [*self.benches, *self.learnt],
                lambda more: self.accept((first, *more)),
                seconds,
                alone=True,
                taken=first.slot,
                learnt=self.learnt,
                suspect=self.suspect,
                pieces=self.pieces,
            )
            found = rest.found()
            self.runs += rest.runs
        finally:
            undo()
        return (first, *found) if found else None

    def _is_right(self, edits: tuple[Edit, ...]) -> bool:
        seen = self._with(edits)
        if len(edits) == 1 and seen is not None:
            self._effects[edits[0]] = seen
        return seen is not None and seen.right and self._confirmed(edits)

    def _confirmed(self, edits: tuple[Edit, ...]) -> bool:
        undos = [e.apply() for e in edits]
        try:
            others = {id(b): b for b in (*self.benches[1:], *self.learnt) if b is not self.benches[0]}
            if not self.pieces.are_kept() or not all(b.observe(self.suspect).right for b in others.values()):
                return False
            self._asked += 1
            return self.accept(edits)
        finally:
            for undo in reversed(undos):
                undo()

    def _with(self, edits: tuple[Edit, ...]) -> Observation | None:
        """The observation with the changes made; None where they cannot be made."""
        undos = []
        try:
            for edit in edits:
                self.suspect.touch(edit.op)
                undos.append(edit.apply())
            return self._observe()
        except (ir.MLIRError, ValueError, RuntimeError):
            return None
        finally:
            for undo in reversed(undos):
                undo()

    def _observe(self) -> Observation:
        self.runs += 1
        try:
            self.module.operation.verify()
        except ir.MLIRError as error:
            return self._refused(str(error.error_diagnostics[0].message if error.error_diagnostics else error))
        return self.benches[0].observe(self.suspect)

    def _refused(self, message: str) -> Observation:
        """What the verifier refuses is no program; where only a memory is too small, one that is nearer than one that computes wrongly."""
        if not CAPACITY.search(message):
            return Observation(invalid=True, message=message.splitlines()[0])
        seen = self.benches[0].observe(self.suspect)
        return replace(seen, right=False, too_long=message, mismatches=seen.mismatches + 1)

    @property
    def _left(self) -> float:
        return self._begin + self.seconds - time.process_time()

    def _late(self, share: float = 1.0) -> bool:
        return time.process_time() > self._begin + share * self.seconds


def _edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """All changes of an operation. Those of a launcher (what it launches, allocates and copies) come after those of kernels."""
    if not is_launcher(function_of(op)):
        yield from (edit for make in SOURCES for edit in make(op, facts))
        return
    for make in OF_LAUNCHERS:
        yield from (replace(edit, cost=edit.cost * LAUNCHER) for edit in make(op, facts))


def _is_of_floats(edit: Edit) -> bool:
    """Whether a change leaves all subscripts and bounds what they are."""
    makes_float = bool(edit.op.results) and is_float(edit.op.results[0].type)
    return edit.kind == "builtin" or (edit.kind in OF_FLOATS and makes_float)


def _combinations(live: list[Edit]) -> Iterator[tuple[Edit, ...]]:
    """Pairs of different slots, cheapest ranks first."""
    pairs = sorted(itertools.combinations(range(len(live)), 2), key=sum)
    yield from ((live[i], live[j]) for i, j in pairs if live[i].slot != live[j].slot)

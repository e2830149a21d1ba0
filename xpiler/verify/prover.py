"""Proof at several rows of sizes: the verdict's scope is the rows at which both texts were shown equal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mlir import ir

from xpiler.diagnostics import InvalidInput, Unsupported
from xpiler.verify import signature
from xpiler.verify.border_rows import STEPS_OF_A_BORDER, Borders
from xpiler.verify.coverage import Coverage
from xpiler.verify.limits import STEPS_A_SECOND, Budget, OutOfSteps, OutOfTime
from xpiler.verify.model import side
from xpiler.verify.model.side import Outcome, kept_programs
from xpiler.verify.row_costs import Costs
from xpiler.verify.row_in_part import attempt_in_part, can_be_cut
from xpiler.verify.sizes import PIECES, Candidate, compared, constants, products
from xpiler.verify.smaller_caps import SMALL_CAP, caps, rows_past_cap, with_small_cap
from xpiler.verify.turning_sizes import MOST_ROWS as MOST_TURNS
from xpiler.verify.validator import Attempt, Sizes, attempt, scope_of
from xpiler.verify.verdict import Answer, Verdict

# Steps of the executor: what one row may cost, and all rows after the first. Counted, not timed: the scope must be the same every time.
STEPS_OF_A_ROW = 800_000
STEPS_OF_ALL = 1_600_000
FEWEST_ROWS = 3  # of a proof at sizes of our own choice, however few branches the texts have
STEPS_OF_SMALL = 100_000  # of the first rows together, behind the fewest: more of these are taken as long as they are so cheap
MOST_CUTS = 2  # rows that are looked at in part, and the steps of each
LAST_CUTS = 3  # more of them where the steps are spent and branches are left that no row went through
STEPS_OF_A_CUT = 1_200_000
ASYNCHRONOUS = "async"  # the attribute of a copy that something has to wait for
LARGEST_TURN = 1 << 14  # larger constants are masks and the like
BORDER = 64  # a size less by this part, a tile without its border, takes as many steps
FAR_TOO_LONG = 2  # a row that is expected to take so many times the steps of a row is not begun

SIDE_CONDITIONS = (
    "no access of the output out of bounds",
    "no race between threads, tasks or parallel iterations of the output",
    "no barrier of the output that some thread misses",
    "no element of the output from uninitialised memory",
)


@dataclass(frozen=True)
class Proof:
    """What the proof came to, and the rows of sizes it was made at with the elements of every buffer there.

    `stumble` is the row at which the texts were not shown equal, where there is one; `executed` the first row, with what the source
    computes there.
    """

    answer: Answer
    rows: tuple[tuple[Sizes, dict[str, int]], ...] = ()
    stumble: Attempt | None = None
    executed: tuple[Sizes, Outcome] | None = None
    source_fails: bool = False  # at some row, whatever came of the others
    beyond: tuple[Sizes, ...] = ()  # rows outside of a proof for all sizes that the source takes: only runs tell what the output does there


@kept_programs()
def prove(
    source: ir.Module,
    target: ir.Module,
    rows: Iterable[Candidate],
    seconds: float,
    *,
    patient: bool = True,
    known: dict[frozenset, Attempt] | None = None,
    steps_a_second: int = STEPS_A_SECOND,
    given: bool = False,
) -> Proof:
    """Proves row after row; a row too long for its steps is left out, one that cannot be proved decides.

    `patient`: the first row may take all of the time, which is an idle core's, counted in steps.
    `given`: the rows are the user's choice, and what they leave out is only said.
    `known`: what came of rows of the same texts before, to which this adds.
    """
    rows_done = _Rows(source, target, Budget.of_work(seconds, steps_a_second), {} if known is None else known, patient=patient, given=given)
    try:
        for candidate in rows:
            if rows_done.is_enough and not (candidate.is_small or candidate.border):
                break
            found = rows_done.attempt(candidate)
            if found is not None:
                return rows_done.contradicted(found)
        if rows_done.proved and (found := rows_done.reach()) is not None:
            return rows_done.contradicted(found)
        rows_done.lower_caps()
    except OutOfTime:
        if not rows_done.proved:
            return Proof(Answer(Verdict.TIMEOUT, f"not decided within {seconds:g} seconds"))
    except (Unsupported, InvalidInput) as error:
        return Proof(Answer(Verdict.UNSUPPORTED, error.diagnostics[0].message))
    except RecursionError:
        if not rows_done.proved:
            return Proof(Answer(Verdict.UNSUPPORTED, "terms too deep"))
    return rows_done.proof()


class _Rows:
    """The rows that were tried: proved, not taken by the source itself, or too long."""

    def __init__(
        self, source: ir.Module, target: ir.Module, budget: Budget, known: dict[frozenset, Attempt], *, patient: bool, given: bool
    ):
        self._patient, self._known, self._given = patient, known, given
        self.proved: list[Attempt] = []
        self._modules, self._budget, self._coverage = (source, target), budget, Coverage((source, target))
        self._costs = Costs()
        self._borders = Borders(self._costs)
        self._unusable: Attempt | None = None
        self._too_long: list[Sizes] = []
        self._stumbled: Attempt | None = None
        # numbers of the texts that no size is past yet: choices may turn there, and pipelines come round behind their tasks' pieces
        far = compared(self._modules)
        near = {number for number in constants(self._modules) if number <= LARGEST_TURN or number in far}
        pieces = (
            products(self._modules)[-1:] if self._has_pipeline() else []
        )  # what is left of them differs, so that each row shows another piece
        self._unpassed = {*pieces, *(PIECES * number for number in pieces)}  # by any size
        sizes = [p.name for p in side.Unit.of(source).parameters if not p.is_pointer]
        self._unpassed_by = {(name, number) for name in sizes for number in near}  # by each size: choices may turn on any of them
        self._cuts, self._can_be_cut = max(MOST_CUTS, len(sizes)), can_be_cut(self._modules)
        self._last_cuts = LAST_CUTS
        self._turns = 2 * MOST_TURNS  # at a branch's turn, and past it
        self.in_part: list[Sizes] = []
        self._lowered: list[str] = []
        self._after_first = 0  # steps that are spent when the first row is proved

    def _has_pipeline(self) -> bool:
        return any(ASYNCHRONOUS in op.attributes for module in self._modules for op in signature.inside(module.operation))

    def attempt(self, candidate: Candidate) -> Attempt | None:
        """Tries a row; what came of it where the texts were not shown equal."""
        sizes = candidate.sizes
        if (candidate.is_multiple and self._unusable is None) or any(sizes == found.sizes for found in self.proved):
            return None
        if candidate.is_turn:
            return self._at_turn(sizes)
        if candidate.border:
            return self._at_border(candidate.border, sizes)
        if len(self.proved) >= FEWEST_ROWS and not (self.is_cheap if candidate.is_small else self._may_show(sizes)):
            return None
        if candidate.is_small and self.proved and self._costs.expected(sizes) > STEPS_OF_SMALL:
            return None  # the steps are for rows that go further
        if self._is_spent:
            return self._last_look(sizes)
        if self._is_too_long(sizes):
            return self._in_part(sizes)
        is_needed = self._patient and not self.proved  # without any row there is no proof
        try:
            found = self._within(None if is_needed else STEPS_OF_A_ROW, sizes)
        except OutOfSteps:
            self._too_long.append(sizes)
            return self._in_part(sizes)
        return self._noted(found) if candidate.is_small or not found.is_of_source else self._with_others_larger(found)

    def _with_others_larger(self, found: Attempt) -> Attempt | None:
        """Where the source does not take a row with one large size: with the others as in the first row, if they were too small."""
        self._noted(found)
        sizes = self._larger(found.sizes)
        if sizes == found.sizes or self._is_too_long(sizes):
            return None
        try:
            return self._noted(self._within(STEPS_OF_A_ROW, sizes))
        except OutOfSteps:
            return None

    def _larger(self, sizes: Sizes) -> Sizes:
        """Sizes that are not below those of the first row."""
        first = self.proved[0].sizes if self.proved else sizes
        return {name: max(value, first[name]) for name, value in sizes.items()}

    def _at_border(self, name: str, sizes: Sizes) -> Attempt | None:
        """A row for what tails and masks do, where it is cheap; with the others larger where the source does not take them small."""
        if not (self._patient and self.proved):
            return None
        for row in (sizes, self._larger(sizes)):
            if any(row == found.sizes for found in self.proved) or not self._borders.takes(name, row):
                return None
            before = self._budget.steps
            try:
                found = self._within(STEPS_OF_A_BORDER, row)
            except OutOfSteps:
                return self._borders.gave_up(name, row)
            except Unsupported:  # sizes whose product no integer holds, for one
                return None
            finally:
                self._borders.spent += self._budget.steps - before
            stumbled = self._noted(found)
            if stumbled is not None or not found.is_of_source:
                return stumbled
        return None

    def reach(self) -> Attempt | None:
        """Goes on from the cheapest row to borders that were too dear, while a loop or branch is left that nothing has gone through."""
        end = self._budget.steps + 2 * max(STEPS_OF_ALL, self.proved[0].steps)
        for name, value in self._borders.dear() if self._patient and not self._given else ():
            if self._coverage.never_run == "" or self._budget.steps > end:
                break
            row = {**self._cheapest(), name: value}
            try:
                found = self._noted(self._within(max(STEPS_OF_A_ROW, 2 * self.proved[0].steps), row))
            except (OutOfSteps, Unsupported):
                continue
            if found is not None:
                return found
        return None

    def lower_caps(self) -> None:
        """Goes the other way where a launcher cuts a grid at a large number: in a copy that cuts at a small one."""
        if not self._patient or self._given or not self.proved:
            return
        source, target = self._modules
        for module in self._modules:
            for number, places in caps(module, self._coverage.unknown_places).items():
                lowered = with_small_cap(module, number)
                covered = self._covered_by((lowered, target) if module is source else (source, lowered), lowered)
                closed = frozenset((place, event) for place, event in covered if place in places)
                self._coverage.add(closed)
                self._lowered += [f"executed with {SMALL_CAP} in place of {number} in a launcher"] if closed else []

    def _covered_by(self, pair: tuple[ir.Module, ir.Module], lowered: ir.Module) -> frozenset:
        """What rows go through at which the numbers of a copy's launcher turn; nothing where they do not show both texts equal."""
        covered: set = set()
        for row in rows_past_cap(lowered, self._cheapest()):
            try:
                self._budget.limit(STEPS_OF_A_ROW)
                found = attempt(*pair, row, self._budget)
            except (OutOfSteps, Unsupported):
                continue
            if not found.is_proved and not found.is_of_source:
                return frozenset()
            covered |= found.covered if found.is_proved else set()
        return frozenset(covered)

    def _cheapest(self) -> Sizes:
        """The sizes of the row with the fewest steps, of those at which there is something to do."""
        busy = [found for found in self.proved if all((found.extents or {}).values())]
        return min(busy or self.proved, key=lambda found: found.steps).sizes

    def _at_turn(self, sizes: Sizes) -> Attempt | None:
        """A row for a branch that nothing has gone through: whole where it takes few steps (where all is left out, say), else in part."""
        self._turns -= 1
        if not self.proved or self._coverage.never_run == "" or any(sizes == found.sizes for found in self.proved):
            return None
        try:
            return self._noted(self._within(STEPS_OF_SMALL if self._can_be_cut else max(STEPS_OF_A_ROW, 2 * self.proved[0].steps), sizes))
        except OutOfSteps:
            self._cuts += 1
            return self._in_part(sizes, is_turn=True)
        except Unsupported:  # sizes whose product no integer holds, for one
            return None

    def _is_too_long(self, sizes: Sizes) -> bool:
        if any(all(sizes[name] >= value - max(value, 0) // BORDER for name, value in longer.items()) for longer in self._too_long):
            return True
        return self._costs.expected(sizes) > FAR_TOO_LONG * STEPS_OF_A_ROW

    def _last_look(self, sizes: Sizes) -> Attempt | None:
        """When the steps are spent: the ends of rows past what no row has to pass, for branches that nothing has gone through yet."""
        if max(sizes.values(), default=0) <= LARGEST_TURN or self._last_cuts <= 0:
            return None
        self._last_cuts -= 1
        self._cuts = max(self._cuts, 1)
        return self._in_part(sizes)

    def _in_part(self, sizes: Sizes, *, is_turn: bool = False) -> Attempt | None:
        """Looks at the ends of a row that is too long, where it may show something; what they contradict decides.

        Where a launcher takes another branch, all may be left out there, which the ends do not show: such a branch stays open.
        """
        executed = max((n for row in (*(found.sizes for found in self.proved), *self.in_part) for n in row.values()), default=0)
        is_further = bool(self.proved) and max(sizes.values(), default=0) > executed
        if not (is_further and self._cuts > 0 and self._may_show(sizes) and self._can_be_cut):
            return None
        self._cuts -= 1
        try:
            self._budget.limit(STEPS_OF_A_CUT)
            found = attempt_in_part(*self._modules, sizes, self._budget)
        except (OutOfSteps, Unsupported):  # sizes whose product no integer holds, for one: it may only contradict
            return None
        if found.is_of_source:
            return None
        if not found.is_proved:
            self._stumbled = found
            return found
        if not is_turn:
            self._coverage.add(found.covered, sizes.values())
            self._pass(sizes)
        self.in_part.append(sizes)
        return None

    def _may_show(self, sizes: Sizes) -> bool:
        largest = max(sizes.values(), default=0)
        shows = any(number < largest for number in self._unpassed) or any(number < sizes.get(name, 0) for name, number in self._unpassed_by)
        return not self._coverage.is_complete or shows

    def _pass(self, sizes: Sizes) -> None:
        self._unpassed = {number for number in self._unpassed if number >= max(sizes.values(), default=0)}
        self._unpassed_by = {(name, number) for name, number in self._unpassed_by if number >= sizes.get(name, number + 1)}

    def _within(self, steps: int | None, sizes: Sizes) -> Attempt:
        key = frozenset(sizes.items())
        if key not in self._known:
            before = self._budget.steps
            self._budget.limit(steps)
            found = attempt(*self._modules, sizes, self._budget)
            self._known[key] = replace(found, steps=self._budget.steps - before)
            self._costs.note(sizes, self._known[key].steps)
        return self._known[key]

    def _noted(self, found: Attempt) -> Attempt | None:
        if found.is_of_source:
            self._unusable = self._unusable or found
        elif not found.is_proved:
            self._stumbled = found
            return found
        else:
            self._after_first = self._after_first if self.proved else self._budget.steps
            self.proved.append(found)
            self._coverage.add(found.covered, found.sizes.values())
            self._pass(found.sizes)
        return None

    @property
    def is_cheap(self) -> bool:
        """Whether one more small row costs nothing to speak of."""
        return self._patient and self._budget.steps < STEPS_OF_SMALL

    @property
    def is_enough(self) -> bool:
        """Whether every branch has gone both ways, or the steps are spent and something is proved."""
        is_past = len(self.proved) >= FEWEST_ROWS and not (self._unpassed or self._unpassed_by)
        complete = self._coverage.is_complete and (is_past or not self._patient)
        may_turn = self._turns > 0 or (self._can_be_cut and self._last_cuts > 0)
        is_open = self._patient and may_turn and self._coverage.never_run != ""
        return bool(self.proved) and (complete or (self._is_spent and not is_open))

    @property
    def _is_spent(self) -> bool:
        return bool(self.proved) and self._budget.steps - self._after_first - self._borders.spent > STEPS_OF_ALL

    def described(self) -> tuple[tuple[Sizes, dict[str, int]], ...]:
        """The rows that are proved, with the elements of every buffer there."""
        return tuple((found.sizes, found.extents or {}) for found in self.proved)

    def executed(self) -> tuple[Sizes, Outcome] | None:
        """The first row, with what the source computes there."""
        attempts = [*self.proved, *([self._stumbled] if self._stumbled else [])]
        return (attempts[0].sizes, attempts[0].source) if attempts and attempts[0].source is not None else None

    def _of_source(self) -> tuple[str, ...]:
        """The first row that the source itself does not take: what is proved says nothing of such sizes."""
        if self._unusable is None:
            return ()
        return (f"warning: at {scope_of([self._unusable.sizes])} {self._unusable.reason}",)

    def _of_parts(self) -> tuple[str, ...]:
        if not self.in_part:
            return ()
        return (f"executed in part, the first and last blocks, tasks or iterations: {scope_of(self.in_part)}",)

    def _odd(self) -> Sizes | None:
        """Sizes that were too long and are smaller than some that were not: a loop goes astray there, whose end nobody has seen."""
        cheap = [found.sizes for found in self.proved if found.steps < STEPS_OF_A_ROW // 8]
        return next((row for row in self._too_long if any(all(row[name] <= other[name] for name in row) for other in cheap)), None)

    def contradicted(self, found: Attempt) -> Proof:
        """What a row comes to at which the texts are not shown equal."""
        return Proof(Answer(Verdict.UNSUPPORTED, found.reason, scope_of([found.sizes])), self.described(), found, self.executed())

    def proof(self) -> Proof:
        """What all rows come to, none of which stumbles."""
        if not self.proved:
            reason = self._unusable.reason if self._unusable else "no sizes that take few enough steps"
            return Proof(Answer(Verdict.UNSUPPORTED, reason), stumble=self._unusable, source_fails=self._unusable is not None)
        left = self._coverage.notes() if self._patient else ()
        chosen = self._patient and not self._given
        unknown = self._coverage.never_run if chosen else ""
        if chosen and not unknown and (odd := self._odd()):
            unknown = f"{scope_of([odd])}, which takes far more steps than larger sizes"
        answer = Answer(
            Verdict.UNSUPPORTED if unknown else Verdict.PROVED,
            f"equal at the sizes that were executed, which do not exercise {unknown}" if unknown else "",
            scope=scope_of([found.sizes for found in self.proved]),
            assumptions=tuple(dict.fromkeys(text for found in self.proved for text in found.assumptions)),
            side_conditions=SIDE_CONDITIONS,
            notes=(*self._of_source(), *left, *self._of_parts(), *self._lowered),
        )
        return Proof(answer, self.described(), executed=self.executed(), source_fails=self._unusable is not None)

"""The validator at given sizes: two modules are executed on symbols, their final memories compared.

It never asks how one module came to be: no raising, no pass, no lowering is imported here (test_independence.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from mlir import ir

from xpiler.diagnostics import InvalidInput, Unsupported
from xpiler.verify.assumptions import ALLOCATED, assumptions
from xpiler.verify.equivalence import first_mismatch
from xpiler.verify.limits import Budget, Defect, NotModelled, OutOfTime
from xpiler.verify.model import side
from xpiler.verify.model.accesses import ChosenAccesses
from xpiler.verify.terms.normal_form import NormalForm
from xpiler.verify.undefined_results import undefined_result
from xpiler.verify.verdict import Answer, Verdict

Sizes = dict[str, int]

# Runs both texts at the sizes: a witness that they differ (or that the target fails), "" where they agree, None where they cannot be run.
# Called with the elements of every buffer by name.
Replay = Callable[[dict[str, int]], "str | None"]


@dataclass(frozen=True)
class Limits:
    """What a proof may cost, in seconds of an idle core, counted in steps."""

    seconds: float = 60.0


@dataclass(frozen=True)
class Attempt:
    """What execution at one row of sizes says: proved without a reason, else where the proof stumbles.

    `extents` holds the elements of every buffer by name, so that a run can be made of it; it is empty where the source stumbles.
    """

    sizes: Sizes
    reason: str = ""
    extents: dict[str, int] | None = None
    assumptions: tuple[str, ...] = ()
    covered: frozenset = frozenset()
    source: side.Outcome | None = None  # what the source computes, as terms
    steps: int = 0  # that it took

    @property
    def is_of_source(self) -> bool:
        """Whether it is the source that stumbles: nothing is said of the target then."""
        return self.extents is None

    @property
    def is_proved(self) -> bool:
        """Whether every element of every buffer is equal and the target has no defect."""
        return not self.reason


def validate(
    source: ir.Module, target: ir.Module, sizes: Sizes, replay: Replay = lambda extents: None, limits: Limits | None = None
) -> Answer:
    """Whether `target` does what `source` does at these sizes, and is free of races, overruns and missed barriers there."""
    scope, seconds = scope_of([sizes]), (limits or Limits()).seconds
    try:
        found = attempt(source, target, sizes, Budget.of_work(seconds))
    except OutOfTime:
        return Answer(Verdict.TIMEOUT, f"not decided within {seconds:g} seconds", scope)
    except (Unsupported, InvalidInput) as error:
        return Answer(Verdict.UNSUPPORTED, error.diagnostics[0].message, scope)
    except RecursionError:
        return Answer(Verdict.UNSUPPORTED, "terms too deep", scope)
    if found.is_proved:
        return _unless_a_run_differs(Answer(Verdict.PROVED, scope=scope, assumptions=found.assumptions), replay(found.extents))
    if found.is_of_source:
        return Answer(Verdict.UNSUPPORTED, found.reason, scope, stumbles_over_source=True)
    return refuted_if_replayed(found.reason, replay(found.extents), scope)


def scope_of(rows: list[Sizes]) -> str:
    """The sizes a verdict holds for, in words: `n = 5, 300`, `rows = 2, cols = 7`, or `(rows, cols) = (2, 7), (1, 1)`."""
    rows = [row for row in rows if row]
    if not rows:
        return "the given shape"
    if len(rows) == 1:
        return ", ".join(f"{name} = {value}" for name, value in sorted(rows[0].items()))
    if len(rows[0]) == 1:
        return f"{next(iter(rows[0]))} = {', '.join(str(value) for row in rows for value in row.values())}"
    return f"({', '.join(rows[0])}) = {', '.join(str(tuple(row.values())) for row in rows)}"


def attempt(source: ir.Module, target: ir.Module, sizes: Sizes, budget: Budget) -> Attempt:
    """Executes both modules at these sizes and compares. Raises OutOfTime, Unsupported, RecursionError."""
    accesses = ChosenAccesses(NormalForm(budget))
    try:
        return _attempt(source, target, sizes, budget, accesses)
    except RecursionError:
        if accesses.merges_loops:  # a row that shows the second piece must not be left out
            raise NotModelled("terms too deep, of loops in branches on data") from None
        raise


def _attempt(source: ir.Module, target: ir.Module, sizes: Sizes, budget: Budget, accesses: ChosenAccesses) -> Attempt:
    units = [side.Unit.of(module) for module in (source, target)]
    same_signature(*units)
    names = [p.name for p in units[0].parameters]
    unknown = sorted(set(sizes) - set(names))
    if unknown:
        raise InvalidInput(f"the kernel has no parameter '{unknown[0]}'")
    try:
        expected = side.run(source, units[0], names, sizes, {}, budget, data_accesses=accesses)
    except Defect as defect:
        return Attempt(sizes, f"the source is wrong: {defect}")
    undefined = undefined_result(expected)
    if undefined is not None:
        return Attempt(sizes, f"the source is wrong: {undefined}")
    extents = expected.extents()
    elements = {names[i]: n // side.element_size(expected.buffers[i]) for i, (n, _) in extents.items()}
    bytes_, own, open_ended = {i: n for i, (n, _) in extents.items()}, accesses.of_output(), expected.open_ended()
    try:
        actual = side.run(target, units[1], names, sizes, bytes_, budget, data_accesses=own, open_ended=open_ended)
    except Defect as defect:
        return Attempt(sizes, f"the output is wrong: {defect}", elements, source=expected)
    mismatch = first_mismatch(expected, actual, accesses.forms) or own.mismatch()
    reason, assumed = "" if mismatch is None else str(mismatch), (*assumptions(units[0], expected, actual), *sorted(accesses.assumed))
    if not reason and any(elements.values()):
        reason = _of_others(target, names, sizes, expected, accesses, budget)
    elif not reason:  # the source returns at once: it has no launcher on device pointers that would do so too
        assumed = (*assumed, *(f"'{unit.name}' is called where '{units[0].name}' does something" for unit in side.Unit.others(target)))
    reason = reason or _of_alignment(expected, actual)
    return Attempt(sizes, reason, elements, assumed, expected.covered | actual.covered, expected)


def _of_others(target: ir.Module, names: list[str], sizes: Sizes, expected: side.Outcome, accesses: ChosenAccesses, budget: Budget) -> str:
    """What is wrong with the target's launchers beside the one that is compared; "" where they do what it does."""
    bytes_ = {i: n for i, (n, _) in expected.extents().items()}
    for unit in side.Unit.others(target):
        own = accesses.of_output()
        try:
            actual = side.run(target, unit, names, sizes, bytes_, budget, data_accesses=own, open_ended=expected.open_ended())
            mismatch = first_mismatch(expected, actual, accesses.forms) or own.mismatch()
        except Defect as defect:
            return f"'{unit.name}' is wrong: {defect}"
        if mismatch is not None:
            return f"{mismatch} by '{unit.name}'"
    return ""


def _of_alignment(expected: side.Outcome, actual: side.Outcome) -> str:
    """Which buffer of the output has to be aligned more than the source asks for; "" for none."""
    more = [b.name for i, b in actual.buffers.items() if b.alignment > max(expected.buffers[i].alignment, ALLOCATED)]
    return f"the output needs '{more[0]}' to be aligned, which the source does not" if more else ""


def same_signature(source: side.Unit, target: side.Unit) -> None:
    """Raises NotModelled where the two functions differ in a parameter's type."""
    described = [[(p.is_pointer, t) for p, t in zip(u.parameters, u.types, strict=True)] for u in (source, target)]
    if described[0] != described[1]:
        raise NotModelled("the two functions take different parameters")


def _unless_a_run_differs(answer: Answer, witness: str | None) -> Answer:
    """What is proved is run as well: what floats do that reals do not takes the proof back."""
    if witness:
        return replace(answer, verdict=Verdict.UNSUPPORTED, reason=f"equal over the reals, but a run differs: {witness}")
    return answer


def refuted_if_replayed(reason: str, witness: str | None, scope: str) -> Answer:
    """Only what a run shows is refuted; everything else is a proof that failed."""
    if witness:
        return Answer(Verdict.REFUTED, reason, scope, counterexample=witness)
    if witness is None:
        return Answer(Verdict.UNSUPPORTED, f"{reason}; the programs could not be run to confirm it", scope)
    return Answer(Verdict.UNSUPPORTED, f"{reason}; runs of both programs agree", scope)

"""The validator: two platform-form modules, given sizes, a verdict.

It never asks how one module came to be: no raising, no pass, no lowering is imported here (test_independence.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from mlir import ir

from xpiler.diagnostics import InvalidInput, Unsupported
from xpiler.verify.equivalence import first_mismatch
from xpiler.verify.limits import Budget, Defect, NotModelled, OutOfTime
from xpiler.verify.model import side
from xpiler.verify.terms.normal_form import NormalForm
from xpiler.verify.verdict import Answer, Verdict

# Runs both texts at the sizes: a witness that they differ (or that the target fails), "" where they agree, None where they cannot be run.
# Called with the elements of every buffer by name.
Replay = Callable[[dict[str, int]], "str | None"]


@dataclass(frozen=True)
class Limits:
    """What a proof may cost."""

    seconds: float = 60.0


def validate(
    source: ir.Module, target: ir.Module, sizes: dict[str, int], replay: Replay = lambda extents: None, limits: Limits | None = None
) -> Answer:
    """Whether `target` does what `source` does at these sizes, and is free of races, overruns and missed barriers there."""
    scope = ", ".join(f"{name} = {value}" for name, value in sorted(sizes.items())) or "the given shape"
    budget = Budget((limits or Limits()).seconds)
    try:
        return _validate(source, target, sizes, replay, budget, scope)
    except OutOfTime:
        return Answer(Verdict.TIMEOUT, f"not decided within {(limits or Limits()).seconds:g} seconds", scope)
    except (Unsupported, InvalidInput) as error:
        return Answer(Verdict.UNSUPPORTED, error.diagnostics[0].message, scope)
    except RecursionError:
        return Answer(Verdict.UNSUPPORTED, "terms too deep", scope)


def _validate(source: ir.Module, target: ir.Module, sizes: dict[str, int], replay: Replay, budget: Budget, scope: str) -> Answer:
    units = [side.Unit.of(module) for module in (source, target)]
    _same_signature(*units)
    names = [p.name for p in units[0].parameters]
    unknown = sorted(set(sizes) - set(names))
    if unknown:
        raise InvalidInput(f"the kernel has no parameter '{unknown[0]}'")
    try:
        expected = side.run(source, units[0], names, sizes, {}, budget)
    except Defect as defect:
        return Answer(Verdict.UNSUPPORTED, f"the source is wrong: {defect}", scope)
    extents = expected.extents()
    elements = {names[i]: n // side.element_size(expected.buffers[i]) for i, (n, _) in extents.items()}
    try:
        actual = side.run(target, units[1], names, sizes, {i: n for i, (n, _) in extents.items()}, budget)
    except Defect as defect:
        return _refuted_if_replayed(f"the output is wrong: {defect}", replay(elements), scope)
    mismatch = first_mismatch(expected, actual, NormalForm(budget))
    if mismatch is not None:
        return _refuted_if_replayed(str(mismatch), replay(elements), scope)
    return _unless_a_run_differs(Answer(Verdict.PROVED, scope=scope, assumptions=assumptions(units[0], expected, actual)), replay(elements))


def _same_signature(source: side.Unit, target: side.Unit) -> None:
    described = [[(p.is_pointer, t) for p, t in zip(u.parameters, u.types, strict=True)] for u in (source, target)]
    if described[0] != described[1]:
        raise NotModelled("the two functions take different parameters")


def _unless_a_run_differs(answer: Answer, witness: str | None) -> Answer:
    """What is proved is run as well: what floats do that reals do not takes the proof back."""
    if witness:
        return replace(answer, verdict=Verdict.UNSUPPORTED, reason=f"equal over the reals, but a run differs: {witness}")
    return answer


def _refuted_if_replayed(reason: str, witness: str | None, scope: str) -> Answer:
    """Only what a run shows is refuted; everything else is a proof that failed."""
    if witness:
        return Answer(Verdict.REFUTED, reason, scope, counterexample=witness)
    if witness is None:
        return Answer(Verdict.UNSUPPORTED, f"{reason}; the programs could not be run to confirm it", scope)
    return Answer(Verdict.UNSUPPORTED, f"{reason}; runs of both programs agree", scope)


def assumptions(unit: side.Unit, source: side.Outcome, target: side.Outcome) -> tuple[str, ...]:
    """What the proof rests on, in words."""
    found = ["floats are real numbers, sums and products in any order; changes of width round", "inputs are finite"]
    buffers = source.buffers
    written = [i for i in buffers if source.buffers[i].cells or target.buffers[i].cells]
    for i in written:
        for j, other in buffers.items():
            if i != j and not (j in written and j < i):
                found.append(f"noalias({', '.join(sorted((buffers[i].name, other.name)))})")
    for i, (count, stated) in source.extents().items():
        if not stated:
            found.append(f"'{buffers[i].name}' has at least the {count // side.element_size(buffers[i])} elements that the source touches")
    if any(t[0] == "i" for p, t in zip(unit.parameters, unit.types, strict=True) if p.is_pointer):
        found.append("signed arithmetic on data does not overflow")
    for name in sorted(source.approximations | target.approximations):
        found.append(f"{name} is exact")
    return tuple(found)

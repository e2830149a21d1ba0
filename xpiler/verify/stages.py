"""The stages of a proof, tried in order: each proves, shows where it stumbles, or says that the pair is outside of its class.

A stage takes both modules, the seconds of an idle core that it may take, and the rows that were tried, and returns a Proof. The first
`proved` counts; a stage that stumbles or gives up hands on to the next. The last stage executes both at sizes of its own choice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.verify.folded_constants import fold
from xpiler.verify.footprints import overrun
from xpiler.verify.limits import FAST_STEPS_A_SECOND, OutOfTime
from xpiler.verify.model.side import Unit, kept_programs
from xpiler.verify.pairing import taken_by, to_prove
from xpiler.verify.prover import SIDE_CONDITIONS, Proof, prove
from xpiler.verify.sampling import volume
from xpiler.verify.sizes import Candidate, candidates
from xpiler.verify.symbolic import stage as symbolic
from xpiler.verify.unawaited import unawaited
from xpiler.verify.validator import Attempt, Sizes
from xpiler.verify.verdict import Answer, Verdict

Known = dict[frozenset, Attempt]
Stage = Callable[[ir.Module, ir.Module, Sizes, float, Known], Proof]


def at_sizes(source: ir.Module, target: ir.Module, sizes: Sizes, seconds: float, known: Known | None = None) -> Proof:
    """Executes both on symbols: at the sizes that are given, or at rows of small ones and ones past the texts' constants."""
    rows = [Candidate(sizes)] if sizes else candidates(Unit.of(source).parameters, (source, target))
    return prove(source, target, rows, seconds, known=known, steps_a_second=FAST_STEPS_A_SECOND, given=bool(sizes))


def for_all_sizes(source: ir.Module, target: ir.Module, sizes: Sizes, seconds: float, known: Known | None = None) -> Proof:
    """Integer sets over the sizes as parameters, after a row of numbers has found nothing: that row is what is run afterwards."""
    row = sizes or next(candidates(Unit.of(source).parameters, (source, target))).sizes
    checked = prove(source, target, [Candidate(row)], min(seconds / 4, SECONDS_OF_A_ROW), patient=not sizes, known=known)
    if checked.stumble is not None:
        return checked
    small = next(candidates(Unit.of(source).parameters, (source, target))).sizes if volume(row) > LARGE else {}
    try:
        found = _every_launcher(source, target, seconds * SYMBOLIC_SHARE, row, small)
    except OutOfTime:
        return Proof(Answer(Verdict.UNSUPPORTED, "not decided for all sizes in time"))
    except Unsupported as error:
        return Proof(Answer(Verdict.UNSUPPORTED, error.diagnostics[0].message))
    fewer = ", ".join(f"{name} <= {most}" for name, most in found.narrowed.items())
    answer = Answer(
        Verdict.PROVED,
        scope=found.scope,
        assumptions=found.assumptions,
        side_conditions=SIDE_CONDITIONS,
        notes=(f"warning: the output is proved for fewer sizes than the source takes: {fewer}",) if fewer else (),
        is_for_all_sizes=True,
    )
    rows = tuple((sizes, elements) for sizes, elements in ((small, found.elsewhere), (row, found.elements)) if elements)
    return Proof(answer, rows, executed=checked.executed, beyond=_beyond(found.narrowed, row))


def _every_launcher(source: ir.Module, target: ir.Module, seconds: float, row: Sizes, small: Sizes) -> symbolic.AllSizes:
    """What is shown of all launchers of the output, each by itself or by one that does the same. Raises as `symbolic.prove` does.

    The last one is narrowed to what all of them hold for, in sizes and in words.
    """
    units, found = to_prove(target), []
    for unit in units:
        with taken_by(target, unit):
            found.append(symbolic.prove(source, target, seconds / len(units), row, small, found[-1] if found else None))
    assumptions = tuple(dict.fromkeys(assumption for one in found for assumption in one.assumptions))
    return replace(found[-1], assumptions=assumptions)


def _beyond(narrowed: dict[str, int], row: Sizes) -> tuple[Sizes, ...]:
    """Rows just past what the output is proved for and the source takes, and past twice as much, where fewer bits have wrapped."""
    return tuple({**row, name: past} for name, most in narrowed.items() for past in (most + 1, 2 * most + FURTHER))


STAGES: tuple[Stage, ...] = (for_all_sizes, at_sizes)
# The share of the time that the symbolic stage may take, and the seconds of the row before it. The last stage may take all of it anew:
# what earlier ones took is not known in steps, and a verdict must not depend on how fast they were.
SYMBOLIC_SHARE = 0.4
SECONDS_OF_A_ROW = 4.0
FURTHER = 5
LARGE = 1 << 16  # of the product of sizes that are given: runs confirm a proof for all sizes at smaller ones first


@kept_programs()
def staged(source: ir.Module, target: ir.Module, sizes: Sizes, seconds: float, stages: tuple[Stage, ...] = ()) -> Proof:
    """What the stages come to, in seconds of an idle core for each: those that are given, or all of them."""
    fold(source, target)
    proof = Proof(Answer(Verdict.TIMEOUT, f"not decided within {seconds:g} seconds"))
    doubts: list[str] = []
    over_source: Proof | None = None
    known: Known = {}
    for stage in stages or STAGES:
        proof = stage(source, target, sizes, seconds, known)
        if proof.answer.verdict is Verdict.PROVED and (reason := unawaited(source, target) or overrun(source)):
            return replace(proof, answer=Answer(Verdict.UNSUPPORTED, reason, proof.answer.scope))
        if proof.answer.verdict is Verdict.PROVED:
            notes = (*proof.answer.notes, *(f"not for all sizes: {doubt}" for doubt in doubts))
            return replace(proof, answer=replace(proof.answer, notes=notes))
        if stage is at_sizes and proof.stumble is not None and not proof.stumble.is_of_source:
            return proof  # sizes at which they are not equal: nothing is left to show for all
        doubts.append(proof.answer.reason)
        if over_source is None and proof.stumble is not None and proof.stumble.is_of_source:
            over_source = proof
    return proof if proof.stumble is not None or over_source is None else over_source  # a later stage may only run out of time

"""The stages of a proof, tried in order: each proves, shows where it stumbles, or says that the pair is outside of its class.

A stage takes both modules and the seconds that are left, and returns a Proof. The first `proved` counts; a stage that stumbles or gives
up hands on to the next. The last stage executes both at sizes of its own choice.
"""

from __future__ import annotations

from collections.abc import Callable

from mlir import ir

from xpiler.verify.limits import Clock
from xpiler.verify.model.side import Unit
from xpiler.verify.prover import Proof, prove
from xpiler.verify.sizes import candidates
from xpiler.verify.validator import Sizes
from xpiler.verify.verdict import Answer, Verdict

Stage = Callable[[ir.Module, ir.Module, Sizes, float], Proof]


def at_sizes(source: ir.Module, target: ir.Module, sizes: Sizes, seconds: float) -> Proof:
    """Executes both on symbols: at the sizes that are given, or at rows of small ones and ones past the texts' constants."""
    rows = [sizes] if sizes else candidates(Unit.of(source).parameters, (source, target))
    return prove(source, target, rows, seconds)


STAGES: tuple[Stage, ...] = (at_sizes,)


def staged(source: ir.Module, target: ir.Module, sizes: Sizes, seconds: float) -> Proof:
    """What the stages come to."""
    clock = Clock(seconds)
    proof = Proof(Answer(Verdict.TIMEOUT, f"not decided within {seconds:g} seconds"))
    for stage in STAGES:
        if clock.left <= 0:
            break
        proof = stage(source, target, sizes, clock.left)
        if proof.answer.verdict is Verdict.PROVED:
            return proof
    return proof

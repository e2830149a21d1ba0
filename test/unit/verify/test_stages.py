"""The order of the stages, and what is kept of one that another comes after."""

from __future__ import annotations

import pytest
from mlir import ir

from xpiler.verify import stages
from xpiler.verify.prover import Proof
from xpiler.verify.validator import Attempt
from xpiler.verify.verdict import Answer, Verdict

OVER_SOURCE = Proof(Answer(Verdict.UNSUPPORTED, "a race"), stumble=Attempt({"n": 5}, "a race"))
OVER_TARGET = Proof(Answer(Verdict.UNSUPPORTED, "T[0] differs"), stumble=Attempt({"n": 5}, "T[0] differs", {"T": 5}))
LATE = Proof(Answer(Verdict.TIMEOUT, "late"))
PROVED = Proof(Answer(Verdict.PROVED, scope="n = 64"))


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (OVER_SOURCE, LATE, OVER_SOURCE),  # what was seen of the source is not lost to a limit
        (OVER_TARGET, LATE, LATE),
        (OVER_SOURCE, OVER_TARGET, OVER_TARGET),
        (LATE, OVER_SOURCE, OVER_SOURCE),
    ],
)
def test_what_an_earlier_stage_saw_of_the_source(monkeypatch: pytest.MonkeyPatch, first: Proof, second: Proof, kept: Proof) -> None:
    monkeypatch.setattr(stages, "STAGES", (lambda *_: first, lambda *_: second))
    with ir.Context(), ir.Location.unknown():
        module = ir.Module.create()
        assert stages.staged(module, module, {}, 60.0) is kept


def test_a_later_proof_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "STAGES", (lambda *_: OVER_SOURCE, lambda *_: PROVED))
    with ir.Context(), ir.Location.unknown():
        module = ir.Module.create()
        found = stages.staged(module, module, {}, 60.0)
    assert found.answer.verdict is Verdict.PROVED
    assert found.answer.notes == ("not for all sizes: a race",)

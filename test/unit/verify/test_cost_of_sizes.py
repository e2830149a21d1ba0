"""What a proof for all sizes costs does not depend on the sizes that are asked about: steps are counted, not seconds."""

from __future__ import annotations

import pytest
from proof_subjects import corpus

from xpiler.verify import prover, stages
from xpiler.verify.limits import Budget
from xpiler.verify.symbolic import child, stage
from xpiler.verify.verdict import Verdict


@pytest.fixture
def budgets(monkeypatch: pytest.MonkeyPatch) -> list[Budget]:
    """Every budget that is made while proofs run in this process."""
    made: list[Budget] = []

    class Noted(Budget):
        @staticmethod
        def of_work(seconds: float, steps_a_second: int = 700_000) -> Budget:
            made.append(Budget.of_work(seconds, steps_a_second))
            return made[-1]

    for module in (prover, child):
        monkeypatch.setattr(module, "Budget", Noted)
    monkeypatch.setattr(stage, "isolated", lambda work, seconds: work())
    return made


def test_a_product_of_4096_costs_what_one_of_128_does(budgets: list[Budget]) -> None:
    spent = []
    for size in (128, 4096):
        budgets.clear()
        proof = stages.for_all_sizes(corpus("gemm", ".cu"), corpus("gemm", ".cpp"), dict.fromkeys("MNK", size), 60)
        assert proof.answer.verdict is Verdict.PROVED
        spent.append(sum(b.steps for b in budgets))
    assert spent[1] <= 2 * spent[0]


def test_runs_confirm_it_at_smaller_sizes_first() -> None:
    proof = stages.for_all_sizes(corpus("gemm", ".cu"), corpus("gemm", ".cpp"), dict.fromkeys("MNK", 4096), 60)
    (small, elements), (large, _) = proof.rows
    assert max(small.values()) < 10 and large["M"] == 4096
    assert elements["C"] == small["M"] * small["N"]

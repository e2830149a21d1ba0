"""The lemmas that proofs rest on are valid; with a premise left out they are not."""

from __future__ import annotations

import pytest
import z3

from xpiler.verify.symbolic import lemmas as of_all_sizes
from xpiler.verify.terms import lemmas as of_terms

LEMMAS = [*of_all_sizes.LEMMAS, *of_terms.LEMMAS]
WITH_A_PREMISE = [
    of_all_sizes.scaled_sum_step,
    of_all_sizes.digits_are_quotients,
    of_all_sizes.longer_agreement_is_later,
    of_all_sizes.shares_are_apart,
    *of_terms.LEMMAS,
]


def valid(formula: z3.BoolRef) -> bool:
    """Whether Z3 shows that nothing contradicts a formula; unknown is not valid."""
    solver = z3.Solver()
    solver.set("timeout", 20_000)
    solver.add(z3.Not(formula))
    return solver.check() == z3.unsat


@pytest.mark.parametrize("lemma", LEMMAS, ids=lambda lemma: lemma.__name__)
def test_a_lemma_is_valid(lemma) -> None:
    assert valid(lemma())


@pytest.mark.parametrize("lemma", WITH_A_PREMISE, ids=lambda lemma: lemma.__name__)
def test_a_lemma_without_its_premise_is_not(lemma) -> None:
    _, conclusion = lemma().children()
    assert not valid(conclusion)

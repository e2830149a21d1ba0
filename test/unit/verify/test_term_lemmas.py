"""The lemmas of the rules for infinities and shifts are valid; without their premise they are not."""

from __future__ import annotations

import pytest
import z3

from xpiler.verify.terms.lemmas import LEMMAS


def valid(formula: z3.BoolRef) -> bool:
    """Whether Z3 shows that nothing contradicts a formula; unknown is not valid."""
    solver = z3.Solver()
    solver.set("timeout", 20_000)
    solver.add(z3.Not(formula))
    return solver.check() == z3.unsat


@pytest.mark.parametrize("lemma", LEMMAS, ids=lambda lemma: lemma.__name__)
def test_a_lemma_is_valid(lemma) -> None:
    assert valid(lemma())


@pytest.mark.parametrize("lemma", LEMMAS, ids=lambda lemma: lemma.__name__)
def test_a_lemma_without_its_premise_is_not(lemma) -> None:
    _, conclusion = lemma().children()
    assert not valid(conclusion)

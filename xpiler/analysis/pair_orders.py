"""The order of pairs that a loop goes by, also where it looks at values alone."""

from __future__ import annotations

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.facts import facts_at
from xpiler.analysis.pair_choices import Choice, Ties
from xpiler.analysis.pair_folds import PairFold
from xpiler.analysis.polynomial import Poly


def order_of(fold: PairFold) -> Choice | None:
    """The choice that takes the same pair as a loop does, and could take its turns in any order; None where there is none.

    A loop that takes greater values alone keeps, of equal ones, the pair it came to first, and the one it began with before all. That is
    the smaller place where places grow from turn to turn and it began with none that is greater; the greater place where they shrink.
    """
    if fold.choice.ties is Ties.BY_PLACE:
        return fold.choice
    if fold.inner is not None:
        return None
    forms, block = forms_of(fold.loop), fold.loop.regions[0].blocks[0]
    facts = facts_at(forms, list(block.operations)[-1].operation)
    place, turn = forms.of(fold.place), forms.atom(block.arguments[0])
    step = forms.substitute(place, {turn: Poly.atom(turn) + 1}) - place
    for sign in (1, -1):
        behind = (place - forms.of(fold.starts[1])) * sign
        if forms.ranges.positive(step * sign, facts) and forms.ranges.nonneg(behind, facts):
            return Choice(fold.choice.greatest, Ties.BY_PLACE, first=(fold.choice.ties is Ties.KEPT) == (sign > 0))
    return None

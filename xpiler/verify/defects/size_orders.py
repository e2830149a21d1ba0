"""Preconditions of the form `one >= other` between two sizes of a kernel, which users seldom write down.

`n_dims <= head_size`: where every round row at which a source is wrong has the one size below the other, and it runs well at all other
round rows, that it is so may be the precondition.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

Sizes = dict[str, int]


def order_between(wrong: Sequence[Sizes], right: Sequence[Sizes]) -> str:
    """The first order of two sizes that holds at all `right` rows and at no `wrong` one; "" where there is none."""
    if not wrong or not right:
        return ""
    for one, other in itertools.permutations(wrong[0], 2):
        if all(row[one] < row[other] for row in wrong) and all(row[one] >= row[other] for row in right):
            return f"{one} >= {other}"
    return ""

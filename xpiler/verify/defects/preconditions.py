"""Preconditions that users seldom write down: an order of two sizes (`head_size >= n_dims`), a least size (`ld >= 512`).

Where every round row at which a source is wrong has the one size below the other, or below a constant of the text, and it runs well at all
other round rows, that it is not may be the precondition. A least size is believed where it runs well at that size and at the next one:
`i <= n` reads past the end unless blocks of 256 end with n, which multiples of 256 do not show.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
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


def least_of(wrong: Sequence[Sizes], right: Sequence[Sizes], constants: Sequence[int]) -> tuple[str, int] | None:
    """The size, and the least constant that it reaches at all `right` rows and at no `wrong` one; None where there is none."""
    for name in wrong[0] if wrong and right else ():
        most, least = max(row[name] for row in wrong), min(row[name] for row in right)
        ordered = sorted(constants)
        at = bisect_right(ordered, most)
        if at < len(ordered) and ordered[at] <= least:
            return name, ordered[at]
    return None


def rows_from(name: str, least: int, right: Sequence[Sizes]) -> list[Sizes]:
    """The rows that have to be right as well, if that is the least size."""
    return [{**right[0], name: least + more} for more in range(2)]

"""What rows of sizes cost the executor, and what a larger one is going to."""

from __future__ import annotations

import math
from collections.abc import Callable

from xpiler.verify.sampling import volume
from xpiler.verify.validator import Sizes


class Costs:
    """The steps that rows took, and what a larger one is going to take if steps grow with the product of the sizes, as they do at least."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, int]] = []

    def note(self, sizes: Sizes, steps: int) -> None:
        """A row that was gone through."""
        self._rows.append((volume(sizes), steps))

    def expected(self, sizes: Sizes) -> float:
        """Steps, on the line through the largest row and one of half its size at most; 0 where there are no two."""
        large, many = max(self._rows, default=(0, 0))
        smaller = [row for row in self._rows if 2 * row[0] <= large]
        if not smaller:
            return 0.0
        small, few = max(smaller)
        return many + (many - few) / (large - small) * (volume(sizes) - large)


FIRST, STRIDE = 4, 4  # caps of the sizes of nearer rows: 4, 16, 64, ..


def ends_in_time(row: Sizes, steps: Callable[[Sizes], float | None], most: float) -> bool:
    """Whether executing a row is expected to take no more than `most` steps, by nearer rows: all sizes up to a cap, then up to the next.

    Steps are taken to grow from cap to cap as they did last. `steps` tells those of a row: infinitely many where it takes too long, None
    where it cannot be executed; where no two rows tell, nothing is said against this one.
    """
    cap, before, largest = FIRST, None, max(row.values(), default=0)
    while cap < largest:
        now = steps({name: min(value, cap) for name, value in row.items()})
        growth = now / before if now and before else 1.0
        share = math.log(min(cap * STRIDE, largest) / cap, STRIDE)
        if now is not None and now * growth**share > most:
            return False
        cap, before = cap * STRIDE, now
    return True

"""What rows of sizes cost the executor, and what a larger one is going to."""

from __future__ import annotations

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

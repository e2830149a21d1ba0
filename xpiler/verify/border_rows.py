"""Rows at the borders of vectors and tiles: exactly as long as a constant of the texts, where nothing is left over, and one short of it.

A tail that begins one element too late shows where a size is a multiple of a vector's width, a mask of all lanes but one where it is one
short of that. Rows past a constant, which the others are, show neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xpiler.verify.row_costs import Costs

Sizes = dict[str, int]

STEPS_OF_A_BORDER = 200_000
STEPS_OF_BORDERS = 800_000  # of all of them, beside those of the other rows
ROUGHLY = 2  # how many times too many steps may be expected of a row: a size below a block's width costs what the block does


def border_sizes(numbers: Sequence[int]) -> Iterator[int]:
    """The sizes at the borders of constants, small ones first; that of `(n + 15) / 16` is 16, and that of `tile[32][33]` is 32."""
    for number in sorted(set(numbers)):
        if number % 2 == 0 or not {number - 1, number + 1} & {*numbers}:
            yield from (number, number - 1)


class Borders:
    """Which of these rows are taken: as long as they are cheap."""

    def __init__(self, costs: Costs):
        self._costs = costs
        self._too_long: list[Sizes] = []
        self._dear: dict[tuple[str, int], None] = {}
        self.spent = 0  # steps of all that were taken

    def takes(self, name: str, sizes: Sizes) -> bool:
        """Whether a row at the border of one size is worth its steps."""
        known = any(all(sizes[name] >= value - 1 for name, value in longer.items()) for longer in self._too_long)
        if known or self.spent >= STEPS_OF_BORDERS or self._costs.expected(sizes) > ROUGHLY * STEPS_OF_A_BORDER:
            self._dear[name, sizes[name]] = None
            return False
        return True

    def gave_up(self, name: str, sizes: Sizes) -> None:
        """A row that took more steps than it may."""
        self._too_long.append(sizes)
        self._dear[name, sizes[name]] = None

    def dear(self) -> list[tuple[str, int]]:
        """The sizes at borders that were not taken, in the order in which they came."""
        return list(self._dear)

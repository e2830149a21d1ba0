"""Samples of a table in which every direction has as many cells as every other, and every operator, up to one."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

Key = tuple[str, str, str]  # operator, source, target


def sample(cells: Sequence[Key], count: int, seed: int) -> list[Key]:
    """`count` of the cells, in their order: each direction goes on in one shuffled row of operators where the one before it stopped."""
    directions = list(dict.fromkeys(cell[1:] for cell in cells))
    operators = list(dict.fromkeys(cell[0] for cell in cells))
    Random(seed).shuffle(operators)
    chosen: set[Key] = set()
    position = 0
    for number, direction in enumerate(directions):
        share = (count * (number + 1)) // len(directions) - (count * number) // len(directions)
        for _ in range(min(share, len(operators))):
            chosen.add((operators[position % len(operators)], *direction))
            position += 1
    return [cell for cell in cells if cell in chosen]

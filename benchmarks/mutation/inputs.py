"""Sizes and inputs that mutants are run on: odd sizes and round ones, whole numbers so that sums of floats are exact."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

# Sizes for runs. One less than a power of two ends a step short of every vector and tile.
RUNS = {
    1: ((37,), (31,), (1,), (255,), (300,), (512,), (8191,), (0,), (300_000,)),
    2: ((3, 37), (2, 31), (33, 40), (5, 300), (31, 63), (64, 32), (2, 4095), (0, 5), (40, 70), (2, 20_000), (1, 40), (600, 3), (70_000, 2)),
    3: (
        *((3, 5, 7), (2, 3, 15), (1, 1, 1), (15, 31, 63), (17, 31, 13), (16, 16, 16), (0, 5, 7), (5, 67, 140), (70, 9, 33), (32, 48, 64)),
        *((2, 300, 3), (300, 3, 2), (2, 3, 700), (2, 9000, 2), (2, 2, 9000), (70_000, 1, 2)),
    ),
    4: (
        (1, 5, 4, 3),
        (2, 4, 7, 15),
        (2, 7, 5, 3),
        (1, 2, 2, 1),
        (3, 6, 8, 70),
        (1, 4, 40, 17),
        (2, 8, 4, 600),
        (1, 4, 300, 2),
        (1, 300, 4, 3),
        (1, 2, 9000, 2),
        (1, 2, 2, 9000),
        (1, 3, 3, 9000),
    ),
    5: (
        (1, 2, 5, 4, 3),
        (2, 3, 7, 15, 4),
        (1, 1, 1, 1, 1),
        (2, 3, 7, 5, 4),
        (1, 8, 16, 16, 8),
        (1, 5, 13, 31, 7),
        (1, 2, 3, 70, 9),
        (1, 2, 3, 300, 2),
        (0, 2, 5, 4, 3),
    ),
}
KINDS = ("whole", "fraction", "negative")  # the first sizes see all of them
MOST_ELEMENTS = 1 << 20  # roughly: of all sizes together
BY_SIXTEEN = ((16, 16, 16), (32, 48, 64), (16, 32, 48))  # for kernels that take multiples of 16 alone


@dataclass(frozen=True)
class Case:
    """One call: sizes by name, and the arrays by parameter."""

    sizes: dict[str, int]
    arrays: dict[str, np.ndarray]
    kind: str

    @property
    def arguments(self) -> list[object]:
        """The arguments in order."""
        return [*self.arrays.values(), *(np.int32(v) for v in self.sizes.values())]

    def __str__(self) -> str:
        return f"{self.kind} input, {', '.join(f'{k} = {v}' for k, v in self.sizes.items())}"


def sizes_of(operator) -> list[dict[str, int]]:
    """The sizes to run at; those of which a window is larger than its image are none."""
    rows = BY_SIXTEEN if operator.name == "gemm_half" else RUNS.get(len(operator.sizes)) or _affordable(operator)
    found = [dict(zip(operator.sizes, row, strict=True)) for row in rows]
    return [sizes for sizes in found if all(extent >= 0 for p in operator.parameters for extent in p.shape(sizes))]


def _affordable(operator) -> list[tuple[int, ...]]:
    """An operator's own shapes, without those that take seconds."""
    return [row for row in operator.shapes if math.prod(row) <= MOST_ELEMENTS]


def cases_of(operator, seed: int) -> list[Case]:
    """Whole numbers at every size; fractions and negative numbers at the first ones."""
    return [
        Case(sizes, {p.name: _filled(p, sizes, kind, [seed, row, position]) for position, p in enumerate(operator.parameters)}, kind)
        for row, sizes in enumerate(sizes_of(operator))
        for kind in KINDS[: max(1, len(KINDS) - row // 2)]
    ]


def _filled(parameter, sizes: dict[str, int], kind: str, seed: list[int]) -> np.ndarray:
    generator, shape, dtype = np.random.default_rng(seed), parameter.shape(sizes), np.dtype(parameter.dtype)
    array = _numbers(generator, shape, dtype, kind)
    return array if parameter.values is None else np.ascontiguousarray(parameter.values(array, sizes).astype(dtype))


def _numbers(generator: np.random.Generator, shape: tuple[int, ...], dtype: np.dtype, kind: str) -> np.ndarray:
    if dtype.kind == "i" and dtype.itemsize == 1:
        values = generator.integers(-128, 127, shape, endpoint=True)
        return (-np.abs(values) if kind == "negative" else values).astype(dtype)
    whole = generator.integers(-9, 9, shape, endpoint=True)
    values = generator.uniform(-2, 2, shape) if kind == "fraction" and dtype.kind == "f" else whole
    return (-np.abs(values) - 1 if kind == "negative" else values).astype(dtype)

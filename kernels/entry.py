"""What a row of the corpus is: an operator's parameters, shapes, inputs, numpy reference and tolerance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent
SUFFIXES = {"cuda": ".cu", "hip": ".hip", "bang": ".mlu", "vnni": ".cpp"}

VECTORS = ((1,), (17,), (1009,), (1024,), (4096,), (10_007,), (65_537,), (300_000,))
"""Lengths of vectors: one element, primes, whole and broken pieces, more than the memory of a core."""

Sizes = dict[str, int]
Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Parameter:
    """One pointer parameter: numpy type, role ("in", "out", or "inout" where the kernel updates it) and shape as a function of the sizes.

    `values` makes an input that may not be anything (indices, variances) from the generator's array and the sizes.
    """

    name: str
    dtype: str
    role: str
    shape: Callable[[Sizes], tuple[int, ...]]
    values: Callable[[np.ndarray, Sizes], np.ndarray] | None = None

    def made(self, generator: np.random.Generator, sizes: Sizes, kind: str) -> np.ndarray:
        """The array of this parameter before a run; outputs are poisoned."""
        if self.role == "out":
            return poison(self.shape(sizes), self.dtype)
        array = fill(generator, self.shape(sizes), self.dtype, kind)
        return array if self.values is None else np.ascontiguousarray(self.values(array, sizes).astype(self.dtype))


@dataclass(frozen=True)
class Operator:
    """One operator of the corpus; `sizes` names the int parameters that follow the pointers, `scalars` gives the floats behind them,
    `stated` the extents that the text in C does not tell (a table read at numbers that are data), as a user of `--extent` says them.

    `reference` gives the result, or a dictionary of them by the outputs' names where there are several.

    A result is right within `relative_tolerance` times the reference's value, or, for a sum whose terms may cancel,
    times the sum of the terms' magnitudes (`magnitude`), plus `absolute_tolerance`.
    """

    name: str
    parameters: tuple[Parameter, ...]
    sizes: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...]
    reference: Callable[[Arrays, Sizes], np.ndarray | Arrays]
    relative_tolerance: float
    absolute_tolerance: float
    magnitude: Callable[[dict[str, np.ndarray], Sizes], np.ndarray] | None = None
    scalars: tuple[float, ...] = ()
    stated: tuple[str, ...] = ()

    def arguments(self, arrays: Arrays, sizes: Sizes) -> list[object]:
        """What a call of the launcher takes, in order."""
        return [*arrays.values(), *(np.int32(v) for v in sizes.values()), *map(np.float32, self.scalars)]

    def expected(self, before: Arrays, sizes: Sizes, name: str = "") -> np.ndarray:
        """What the output `name` (that of an operator with one, unless said) should be."""
        result = self.reference(before, sizes)
        return np.asarray(result[name] if isinstance(result, dict) else result)

    def wrong(self, before: Arrays, actual: np.ndarray, sizes: Sizes, name: str = "") -> np.ndarray:
        """Where the output `name` differs from the reference on the inputs `before`: a mask of the output's shape."""
        expected = self.expected(before, sizes, name).astype(np.float64)
        scale = np.abs(expected) if self.magnitude is None else self.magnitude(before, sizes)
        return ~(np.abs(actual.astype(np.float64) - expected) <= self.relative_tolerance * scale + self.absolute_tolerance)

    def source(self, platform: str) -> Path:
        """The hand-written kernel of this operator for `platform`."""
        return ROOT / self.name / (self.name + SUFFIXES[platform])

    def largest(self) -> tuple[int, ...]:
        """The shape with the most elements."""
        return max(self.shapes, key=lambda shape: sum(int(np.prod(p.shape(self.named(shape)))) for p in self.parameters))

    def named(self, shape: tuple[int, ...]) -> Sizes:
        """The sizes by name."""
        return dict(zip(self.sizes, shape, strict=True))

    def inputs(self, shape: tuple[int, ...], kind: str, seed: int) -> tuple[dict[str, np.ndarray], Sizes]:
        """Arrays by parameter name (outputs poisoned) and the sizes by name."""
        sizes = self.named(shape)
        generator = np.random.default_rng([seed, *self.name.encode(), *shape])
        return {p.name: p.made(generator, sizes, kind) for p in self.parameters}, sizes


KINDS = ("random", "negative", "zero", "equal", "large")


def fill(generator: np.random.Generator, shape: tuple[int, ...], dtype: str, kind: str) -> np.ndarray:
    """An input array of one of KINDS; magnitudes stay where float sums are meaningful."""
    kinds = np.dtype(dtype)
    if kinds.kind == "i":
        info = np.iinfo(kinds)
        values = generator.integers(info.min, info.max, shape, endpoint=True)
        values = {"negative": -np.abs(values), "zero": values * 0, "equal": values * 0 + 7, "large": np.full(shape, info.min)}.get(
            kind, values
        )
        return np.ascontiguousarray(values.astype(kinds))
    values = generator.uniform(-2.0, 2.0, shape)
    values = {"negative": -np.abs(values), "zero": values * 0, "equal": values * 0 + 0.7, "large": values * 40.0}.get(kind, values)
    return np.ascontiguousarray(values.astype(kinds))


def poison(shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """An output array before the run: NaN, or a pattern no kernel produces by accident."""
    kinds = np.dtype(dtype)
    return np.full(shape, np.nan if kinds.kind == "f" else np.iinfo(kinds).min + 77, kinds)

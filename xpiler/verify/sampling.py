"""Choosing sizes and inputs for a kernel one knows only by its signature and extents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from xpiler.execution.bfloat16 import NAME, numpy_type, rounded

MOST_ELEMENTS = 1 << 21
FEW = 8  # numbers that choose elements are below this one
# A very large number of a float type, by its bytes; its inverse is a very small one.
EXTREMES = {2: 1e4, 4: 1e30, 8: 1e250}
SIZE_ROWS = (  # one value for each scalar parameter in turn; primes, one, and multiples of every vector width
    (7, 13, 5, 3, 11, 17),
    (1, 1, 1, 1, 1, 1),
    (64, 128, 64, 32, 16, 64),
    (2, 521, 37, 19, 23, 29),
    (1031, 67, 3, 2, 5, 7),
)


@dataclass(frozen=True)
class ParameterInfo:
    """A parameter of the function to call: its name, numpy type (or `bfloat16`), whether it is a pointer.

    The numbers of one that `chooses` are subscripts of other arrays; where it `scatters`, of ones that are written. `values` are those
    that tell of an integer that measures nothing (plain_numbers.py), or of a float that is compared with constants (thresholds.py); a
    size has none.
    """

    name: str
    dtype: str
    is_pointer: bool
    chooses: bool = False
    scatters: bool = False
    values: tuple[float, ...] = ()
    least: int = 1  # of a size; zero where it is only added to others
    is_fraction: bool = False  # of a float: it becomes an integer, which holds what fractions give (fractions.py)

    @property
    def is_integer(self) -> bool:
        """Whether it is a size, a number or a truth value."""
        return not self.is_pointer and np.dtype(self.dtype).kind in "iub"


def integers(parameters: Sequence[ParameterInfo]) -> list[ParameterInfo]:
    """The integer parameters, in their order."""
    return [p for p in parameters if p.is_integer]


def with_values(parameters: Sequence[ParameterInfo], row: Sequence[int], turn: int) -> tuple[int, ...]:
    """A row of sizes for integer parameters, with their own values, in turn, for those that measure nothing, and zeros for ones."""
    pairs = enumerate(zip(parameters, row, strict=True))
    return tuple(p.values[(turn + k) % len(p.values)] if p.values else p.least if size == 1 else size for k, (p, size) in pairs)


def volume(sizes: Mapping[str, int]) -> int:
    """The iterations of a nest over all sizes; a number that is no size counts once."""
    return prod(max(number, 1) for number in sizes.values())


def size_choices(parameters: list[ParameterInfo]) -> Iterator[dict[str, int]]:
    """Values for the integer scalar parameters, several rows of them; one empty row where there are none."""
    scalars = integers(parameters)
    if not scalars:
        yield {}
        return
    for turn, row in enumerate(SIZE_ROWS):
        values = with_values(scalars, [row[i % len(row)] for i in range(len(scalars))], turn)
        yield {p.name: value for p, value in zip(scalars, values, strict=True)}


def arguments(
    parameters: list[ParameterInfo], sizes: dict[str, int], extent: Callable[[str], int], generator: np.random.Generator, kind: str
) -> list[object]:
    """One argument for each parameter: pointers get `extent(name)` elements, every buffer random (outputs are so poisoned)."""
    made: list[object] = []
    for p in parameters:
        dtype = numpy_type(p.dtype)
        if p.is_pointer:
            values = buffer(generator, extent(p.name), dtype, kind)
            if p.scatters:  # two that write one element would race
                values = generator.permutation(len(values)).astype(dtype)
            elif p.chooses:
                values = np.abs(values) % FEW
            made.append(rounded(values) if p.dtype == NAME else values)
        elif p.name in sizes:
            most = 1 if dtype.kind == "b" else np.iinfo(dtype).max  # a size of a byte is a number of a byte
            made.append(dtype.type(min(sizes[p.name], most)))
        else:
            usual = generator.uniform(0.1, 0.9 if p.is_fraction else 1.5)
            made.append(dtype.type(generator.choice((usual, *p.values)) if p.values else usual))
    return made


def buffer(generator: np.random.Generator, elements: int, dtype: np.dtype, kind: str) -> np.ndarray:
    """A buffer's contents: uniform in [-2, 2], or all negative, zero, equal, large, huge or tiny."""
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        low, high = (info.min, info.max) if dtype.itemsize == 1 else (max(info.min, -100), 100)
        values = generator.integers(low, high, elements, endpoint=True)
        edge = {
            "negative": -np.abs(values) if info.min else values,
            "zero": values * 0,
            "equal": values * 0 + 5,
            "large": values * 0 + high,
        }
        return edge.get(kind, values).astype(dtype)
    values = generator.uniform(-2.0, 2.0, elements)
    edge = {
        "negative": -np.abs(values),
        "zero": values * 0,
        "equal": values * 0 + 0.7,
        "large": values * 30,
        "huge": values * EXTREMES.get(dtype.itemsize, 1e30),
        "tiny": values / EXTREMES.get(dtype.itemsize, 1e30),
    }
    return edge.get(kind, values).astype(dtype)

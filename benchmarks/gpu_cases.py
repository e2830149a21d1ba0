"""The cases of the comparison with a GPU, as the comments of `gpu_kernels/*.cu` state them, and their inputs.

`// case NAME: DTYPE*COUNT VALUES -> DTYPE*COUNT, COMPARISON` stands above `case_NAME`;
`// fault NAME: DTYPE*COUNT VALUES -> DTYPE*COUNT, TOOL finds KIND...` above `case_NAME_faulty` and `case_NAME_clean`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

KERNELS = Path(__file__).resolve().parent / "gpu_kernels"
_STATEMENT = re.compile(r"^// (case|fault) (\w+): (\w+)\*(\d+) (\w+) -> (\w+)\*(\d+), (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One launcher `symbol(const void *in, void *out, int n)` and how its result is judged.

    `role` is "clean", or "faulty" or "twin" of a planted fault; `tool` is the class of compute-sanitizer that should
    see the fault ("none": no class looks for it) and `kinds` the simulator's findings, of which one is expected.
    """

    name: str
    role: str
    source: Path
    symbol: str
    in_dtype: str
    in_count: int
    values: str
    out_dtype: str
    out_count: int
    comparison: str = ""
    tool: str = ""
    kinds: tuple[str, ...] = ()

    def input(self) -> np.ndarray:
        """The same array at every call."""
        generator = np.random.default_rng([*self.name.encode()])
        return np.ascontiguousarray(VALUES[self.values](generator, np.dtype(self.in_dtype), self.in_count))


def read_cases(folder: Path = KERNELS) -> list[Case]:
    """Every case of the folder's CUDA files, in their order; a fault gives two."""
    cases = []
    for source in sorted(folder.glob("*.cu")):
        for statement in _STATEMENT.finditer(source.read_text()):
            cases += _of_statement(source, *statement.groups())
    return cases


def _of_statement(source: Path, what: str, name: str, *rest: str) -> list[Case]:
    in_dtype, in_count, values, out_dtype, out_count, judged = rest
    arrays = (in_dtype, int(in_count), values, out_dtype, int(out_count))
    if what == "case":
        return [Case(name, "clean", source, f"case_{name}", *arrays, comparison=judged)]
    tool, _, kinds = judged.partition(" finds ")
    known = {"tool": tool, "kinds": tuple(kinds.split())}
    return [
        Case(name, "faulty", source, f"case_{name}_faulty", *arrays, **known),
        Case(name, "twin", source, f"case_{name}_clean", *arrays, comparison="equal", **known),
    ]


def _any(generator: np.random.Generator, dtype: np.dtype, count: int) -> np.ndarray:
    """Random bits."""
    return np.frombuffer(generator.bytes(count * dtype.itemsize), dtype)


def _wide(generator: np.random.Generator, dtype: np.dtype, count: int) -> np.ndarray:
    """Magnitudes of the whole range of float, with subnormals, infinities, NaN and the edges of integers."""
    values = generator.choice([-1.0, 1.0], count) * 10.0 ** generator.uniform(-42, 38, count)
    near = generator.uniform(-4.0, 4.0, count) * 2.0 ** generator.integers(0, 40, count)
    values = np.where(generator.random(count) < 0.5, near, values)
    powers = [sign * 2.0**power for sign in (1, -1) for power in (31, 32, 63, 64)]
    edges = [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-45, 0.5, 1.5, 2.5, -0.5, -1.0, 3e38, *powers]
    values[: len(edges)] = edges
    return values.astype(np.float32).astype(dtype)


def _halves(generator: np.random.Generator, dtype: np.dtype, count: int) -> np.ndarray:
    """Floats at and beside halves and the middles between them: where rounding decides."""
    low = generator.integers(0, 0x7BFF, count).astype(np.uint16)
    a, b = low.view(np.float16).astype(np.float64), (low + 1).astype(np.uint16).view(np.float16).astype(np.float64)
    mixed = a + (b - a) * generator.choice([0.0, 0.5, 0.5, 0.4999, 0.5001, 1e-3], count)
    mixed[:10] = [65504, 65519.9, 65520, 65536, 1e30, np.inf, np.nan, 2.0**-25, 2.0**-24, 2.0**-26]
    return (mixed * generator.choice([-1.0, 1.0], count)).astype(dtype)


def _patterns(_: np.random.Generator, dtype: np.dtype, count: int) -> np.ndarray:
    """Bit patterns of 16 bits, evenly spread; all of them where there is room."""
    return (np.arange(count, dtype=np.uint64) * (65536 // count) + (0 if count == 65536 else 7)).astype(np.uint16).view(dtype)


def _numbers(generator: np.random.Generator, dtype: np.dtype, count: int) -> np.ndarray:
    """Finite halves of every exponent."""
    bits = generator.integers(0, 0x7C00, count) | generator.integers(0, 2, count) << 15
    return bits.astype(np.uint16).view(dtype)


def _bfloat16_pairs(generator: np.random.Generator, dtype: np.dtype, count: int) -> np.ndarray:
    """Two small whole numbers in bfloat16 a word."""
    whole = generator.integers(-4, 5, 2 * count).astype(np.float32)
    return (whole.view(np.uint32) >> 16).astype(np.uint16).view(dtype)


VALUES = {
    "any": _any,
    "wide": _wide,
    "halves": _halves,
    "patterns": _patterns,
    "numbers": _numbers,
    "bfloat16_pairs": _bfloat16_pairs,
    "index": lambda g, t, n: np.arange(n).astype(t),
    "small": lambda g, t, n: g.integers(-8, 9, n).astype(t),
    "whole": lambda g, t, n: g.integers(-4, 5, n).astype(t),
    "unit": lambda g, t, n: g.uniform(-2.0, 2.0, n).astype(t),
    "fractions": lambda g, t, n: g.uniform(-1.0, 1.0, n).astype(t),
    "quarters": lambda g, t, n: (g.integers(-200, 201, n) / 4).astype(t),
}

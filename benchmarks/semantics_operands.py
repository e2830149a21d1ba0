"""Operands on which meanings and simulators are compared, and the comparison of their results.

Operands are random with the numbers that go wrong: zeros of both signs, infinities, NaN, subnormals, the ends of integer types.
"""

from __future__ import annotations

import numpy as np

MARK = 77
F32, F16, BF16, F64 = "f32", "f16", "bf16", "f64"
I1, I8, I16, I32, I64 = "i1", "i8", "i16", "i32", "i64"
DTYPES = {F32: np.float32, F16: np.float16, BF16: np.uint16, F64: np.float64}  # bf16 by its bits
DTYPES |= {I1: np.bool_, I8: np.int8, I16: np.int16, I32: np.int32, I64: np.int64}
# "zeros": nothing says which of the two zeros is the larger.
ABSOLUTE = {"exact": 0.0, "zeros": 0.0, "function": 2e-6, "14 bits": 0.0}
ULPS = {"exact": 0, "zeros": 0, "function": 16, "14 bits": 0}
RELATIVE = {"14 bits": 2.0**-14}


def numbers(generator: np.random.Generator, dtype: np.dtype, count: int, domain: str) -> np.ndarray:
    """Random elements: `any` with special ones among them, `finite` without, `positive`, or `small` whole numbers."""
    if dtype.kind == "b":
        return generator.integers(0, 2, count).astype(dtype)
    if domain == "small":
        return generator.integers(-4, 5, count).astype(dtype)
    if dtype.kind in "iu":
        return _integers(generator, dtype, count)
    values = generator.uniform(-4, 4, count)
    if domain == "positive":
        return (np.abs(values) + 0.05).astype(dtype)
    special = [0.0, -0.0, 0.5, -1.5, 2.5, 1.0]
    if domain == "any":
        tiny, info = np.finfo(dtype).smallest_subnormal, np.finfo(dtype)
        special = [*special[:4], np.inf, -np.inf, np.nan, tiny, -tiny, info.max, info.min]
    values[: len(special)] = special[:count]
    return generator.permutation(values).astype(dtype)


def _integers(generator: np.random.Generator, dtype: np.dtype, count: int) -> np.ndarray:
    info = np.iinfo(dtype)
    values = generator.integers(info.min, info.max, count, dtype=dtype, endpoint=True)
    ends = np.array([0, -1 if info.min else 1, info.min, info.max], dtype)
    values[: len(ends)] = ends[:count]
    return generator.permutation(values)


def bfloat16_bits(values: np.ndarray) -> np.ndarray:
    """The upper halves of floats that lose nothing by it."""
    return (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)


def difference(close: str, ours: np.ndarray, simulated: np.ndarray) -> str:
    """Where two results differ by more than `close` allows; empty where they agree. NaNs are all alike."""
    ours, simulated = ours.reshape(-1), simulated.reshape(-1)
    if ours.dtype.kind in "iub":
        unlike = ours != simulated
    else:
        a, b = ours.astype(np.float64), simulated.astype(np.float64)
        with np.errstate(invalid="ignore", over="ignore"):
            bound = np.maximum(ULPS[close] * np.abs(np.spacing(ours)).astype(np.float64), ABSOLUTE[close])
            bound = np.maximum(bound, RELATIVE.get(close, 0.0) * np.abs(a))
            near = np.isfinite(a) & (np.abs(a - b) <= bound)
        same = (a == b) & ((np.signbit(a) == np.signbit(b)) | (close != "exact"))
        unlike = ~(same | (near & (bound > 0)) | (np.isnan(a) & np.isnan(b)))
    if not unlike.any():
        return ""
    at = int(np.flatnonzero(unlike)[0])
    return f"{int(unlike.sum())} elements; at {at}: meaning {ours[at]!r}, simulator {simulated[at]!r}"

"""Arrays of bfloat16, of which numpy knows nothing: their numbers as floats, their bits only where memory is handed on."""

from __future__ import annotations

import numpy as np

NAME = "bfloat16"  # the type of a parameter's elements
UNIT = 1 << 16  # a unit in the last place, in those of a float


class BFloat16(np.ndarray):
    """Floats that are bfloat16 numbers."""


def rounded(values: np.ndarray) -> BFloat16:
    """The nearest bfloat16 numbers."""
    return from_bits(bits_of(values))


def bits_of(values: np.ndarray) -> np.ndarray:
    """The bits of the nearest bfloat16 numbers, ties to even."""
    with np.errstate(over="ignore"):
        floats = np.asarray(values, np.float32)
    whole = np.ascontiguousarray(floats).view(np.uint32).reshape(floats.shape)
    nearest = ((whole.astype(np.uint64) + 0x7FFF + ((whole >> 16) & 1)) >> 16).astype(np.uint16)
    return np.where(np.isnan(floats), np.uint16(0x7FC0), nearest)


def from_bits(bits: np.ndarray) -> BFloat16:
    """The numbers that bits mean."""
    return (bits.astype(np.uint32) << 16).view(np.float32).view(BFloat16)


def numpy_type(name: str) -> np.dtype:
    """The numpy type that holds the numbers of a parameter's type."""
    return np.dtype(np.float32 if name == NAME else name)

"""Bits of constants: floats read as integers and integers as floats, minus zero included."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

FLOATS = {"f16": (np.float16, np.int16), "f32": (np.float32, np.int32), "f64": (np.float64, np.int64)}


def bits_of(number: Fraction | float, type_: str) -> int | None:
    """The signed integer of a float's bits; None where the type does not hold the number."""
    if type_ not in FLOATS:
        return None
    of, bits = FLOATS[type_]
    with np.errstate(all="ignore"):
        value = of(float(number))
    if math.isfinite(number) and (not np.isfinite(value) or Fraction(float(value)) != Fraction(number)):
        return None
    return int(value.view(bits))


def float_of(number: int, type_: str) -> float | None:
    """The float that has these bits; None where it is none that arithmetic knows."""
    if type_ not in FLOATS:
        return None
    of, bits = FLOATS[type_]
    half = 1 << (8 * bits().itemsize - 1)
    value = float(bits((number + half) % (2 * half) - half).view(of))
    return None if math.isnan(value) else value

"""Floating-point literals: the shortest decimal that reads back as the same value, hexadecimal only when none does."""

from __future__ import annotations

import math
import struct

import numpy

from xpiler.lowering.c_text.ctype import CType


def float_text(value: float, ctype: CType) -> str:
    """The literal of `value` in C (`0.1f`, `1.0`, `INFINITY`, `NAN`); narrow floats are written as float literals."""
    if math.isnan(value):
        return "NAN"
    if math.isinf(value):
        return "INFINITY" if value > 0 else "-INFINITY"
    if ctype.bits == 64:
        return _decimal(repr(value))
    text = numpy.format_float_scientific(numpy.float32(value), unique=True, trim="-")
    short = _decimal(_plain(text))
    if struct.pack("<f", float(short)) != struct.pack("<f", value):
        return float(value).hex() + "f"
    return short + "f"


def _plain(scientific: str) -> str:
    """Decimal notation for exponents that read well, scientific notation for the others."""
    mantissa, exponent = scientific.split("e")
    if -5 <= int(exponent) < 7:
        return numpy.format_float_positional(numpy.float64(scientific), unique=True, trim="-")
    return f"{mantissa}e{int(exponent)}"


def _decimal(text: str) -> str:
    """A floating literal needs a point or an exponent."""
    text = text.replace("e+", "e")
    return text if any(c in text for c in ".e") else text + ".0"

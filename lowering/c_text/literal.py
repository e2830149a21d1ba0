"""Floating-point literals: the decimal with the fewest digits that reads back as the same value."""

from __future__ import annotations

import math
import struct

from xpiler.lowering.c_text.ctype import CType

RECIPROCAL = "xpiler.reciprocal"  # on a constant: the number of which it is the rounded reciprocal, as which it is written
MOST_DIGITS = 9  # tell any two single-precision numbers apart


def float_text(value: float, ctype: CType) -> str:
    """The literal of `value` in C (`0.1f`, `1.0`, `INFINITY`, `NAN`); narrow floats are written as float literals."""
    if math.isnan(value):
        return "NAN"
    if math.isinf(value):
        return "INFINITY" if value > 0 else "-INFINITY"
    if ctype.bits == 64:
        return _decimal(repr(value))
    return _decimal(_plain(_shortest(value))) + "f"


def _shortest(value: float) -> str:
    """`value`, rounded to as few digits as single precision needs to read it back, in scientific notation."""
    roundings = (f"{value:.{digits}e}" for digits in range(MOST_DIGITS))
    return next(text for text in roundings if _single(float(text)) == _single(value))


def _single(value: float) -> bytes:
    """The bits of the nearest single-precision number; none beyond the largest."""
    try:
        return struct.pack("<f", value)
    except OverflowError:
        return b""


def _plain(scientific: str) -> str:
    """Decimal notation for exponents that read well, scientific notation for the others."""
    mantissa, exponent = scientific.split("e")
    if -5 <= int(exponent) < 7:
        places = len(mantissa.partition(".")[2]) - int(exponent)
        return f"{float(scientific):.{max(places, 0)}f}"
    return f"{mantissa}e{int(exponent)}"


def _decimal(text: str) -> str:
    """A floating literal needs a point or an exponent."""
    text = text.replace("e+", "e")
    return text if any(c in text for c in ".e") else text + ".0"

"""Reciprocals and exponents: estimates are taken as exact, as the emulation computes them."""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir
from mlir.dialects import arith, math

from xpiler.frontend.vnni.intrinsic import Intrinsic, lanewise
from xpiler.frontend.vnni.registers import WIDTHS, Lanes, prefix, splat


def rows() -> Iterator[Intrinsic]:
    """Every row of this file."""
    for width in WIDTHS:
        for suffix in ("ps", "pd"):
            lanes = Lanes(width, suffix)
            yield from lanewise("rcp14", lanes, 1, lambda x, lanes=lanes: _reciprocal(x, lanes))
            yield from lanewise("rsqrt14", lanes, 1, math.rsqrt)
            yield from lanewise("scalef", lanes, 2, _scaled)
        if width < 512:
            lanes = Lanes(width, "ps")
            yield Intrinsic(f"{prefix(width)}_rcp_ps", lanes.register, (lanes.register,), lambda x, lanes=lanes: _reciprocal(x, lanes))
            yield Intrinsic(f"{prefix(width)}_rsqrt_ps", lanes.register, (lanes.register,), math.rsqrt)


def _reciprocal(value: ir.Value, lanes: Lanes) -> ir.Value:
    return arith.divf(splat(lanes.type, 1), value)


def _scaled(value: ir.Value, by: ir.Value) -> ir.Value:
    """a * 2^floor(b)."""
    return arith.mulf(value, math.exp2(math.floor(by)))

"""Xpiler: translates tensor kernels between CUDA C, HIP, BANG C and C with AVX-512, with proofs."""

from __future__ import annotations

__version__ = "0.1.0"


def register_dialects(ctx) -> None:
    """Registers and loads every dialect of Xpiler into an `mlir.ir.Context` of yours."""
    from xpiler.dialects import register

    register(ctx)

"""Reading upstream MLIR (`linalg`, `vector`, `scf`, `memref`, `gpu`) as kernels: a front end for other compilers' IR."""

from __future__ import annotations

from xpiler.upstream.reader import from_upstream

__all__ = ["from_upstream"]

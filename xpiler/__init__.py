"""Xpiler: translates tensor kernels between CUDA C, HIP, BANG C and C with AVX-512, with proofs."""

from __future__ import annotations

__version__ = "0.1.0"

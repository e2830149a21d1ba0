"""SIMT kernels (CUDA and HIP) raised to the shared form: one function that means one whole launch."""

from __future__ import annotations

from xpiler.raising.simt.raise_kernel import raise_kernel

__all__ = ["raise_kernel"]

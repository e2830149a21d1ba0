"""Raising of AVX-512 kernels: registers become loops over their lanes."""

from __future__ import annotations

from xpiler.raising.vnni.devectorize import raise_kernel

__all__ = ["raise_kernel"]

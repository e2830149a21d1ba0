"""BANG kernels raised to the shared form: one function that means one whole launch of tasks."""

from __future__ import annotations

from xpiler.raising.bang.raise_kernel import raise_kernel

__all__ = ["raise_kernel"]

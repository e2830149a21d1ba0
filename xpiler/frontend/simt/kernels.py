"""Which functions of a CUDA or HIP file are kernels."""

from __future__ import annotations

from clang.cindex import Cursor, CursorKind

from xpiler.frontend.cursors import children


def is_kernel(function: Cursor) -> bool:
    """Whether a function is `__global__`."""
    return any(child.kind == CursorKind.CUDAGLOBAL_ATTR for child in children(function))

"""Whether a C++ file is HIP: whether clang, reading it as HIP, finds a kernel or a launch."""

from __future__ import annotations

from clang.cindex import CursorKind

from xpiler.frontend.clang_session import Source, translation_unit
from xpiler.frontend.options import ReadOptions
from xpiler.frontend.simt.hip import LANGUAGE


def holds_kernel(path: str, text: str) -> bool:
    """Whether the text, read as HIP, marks a function as a kernel (our headers have none); errors in it do not matter here."""
    unit = translation_unit(Source(path, text), LANGUAGE, ReadOptions(), device=True)
    return any(node.kind == CursorKind.CUDAGLOBAL_ATTR for node in unit.cursor.walk_preorder())

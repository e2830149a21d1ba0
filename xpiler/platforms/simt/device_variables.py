"""Gives `__device__` variables a section of their own, so that the runtime can tell them from the rest of the library's data."""

from __future__ import annotations

from xpiler.platforms.simt.kernels import inside_directive
from xpiler.platforms.simt.tokens import OPENING, Cursor, Token

_SECTION = '__attribute__((section("xpiler_device"))) '
# A constant lies in read-only data, an inline or thread's variable in sections of its own.
_NOT_OURS = {"const", "constexpr", "inline", "template", "extern", "typedef", "using", "__constant__", "__shared__"}


def mark_device_variables(tokens: list[Token]) -> None:
    """Adds the attribute to every such declaration outside templates; functions are left alone."""
    cursor = Cursor(tokens)
    for index, token in enumerate(tokens):
        if token.kind == "word" and token.text in ("__device__", "__managed__") and _declares_variable(cursor, index):
            token.text = f"{_SECTION}{token.text}"


def _declares_variable(cursor: Cursor, index: int) -> bool:
    if inside_directive(cursor.tokens, index):
        return False
    before = cursor.before(index)
    while before >= 0 and (text := cursor.text(before)) not in (";", "{", "}", "") and not inside_directive(cursor.tokens, before):
        if text in _NOT_OURS or text == ">":
            return False
        before = cursor.before(before)
    walk = cursor.after(index)
    while (text := cursor.text(walk)) not in ("=", ";", "[", "{", ""):
        if text in _NOT_OURS or text in OPENING:
            if text != "(" or cursor.text(cursor.before(walk)) not in ("__align__", "alignas", "__attribute__"):
                return False
            walk = cursor.closing(walk)
        walk = cursor.after(walk)
    return text in ("=", ";", "[", "{")

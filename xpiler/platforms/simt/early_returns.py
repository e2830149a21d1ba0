"""Tells a thread that leaves its function early from one that runs past a barrier to the end.

Barriers do not wait for threads that have returned, so that `if (i >= n) return;` before one is fine. A thread that skips a
barrier in a branch and reaches the end of the kernel has missed it; only the text shows which of the two it was.
"""

from __future__ import annotations

from xpiler.platforms.simt.tokens import Cursor, Token


def mark_early_returns(tokens: list[Token]) -> None:
    """Has each `return;` say that it was one; macros are marked where they are defined."""
    cursor = Cursor(tokens)
    for index, token in enumerate(tokens):
        if token.kind == "word" and token.text == "return":
            end = cursor.after(index)
            if cursor.text(end) == ";":
                token.text = "{ ::xpiler_simt::leave_early(); return"
                tokens[end].text = "; }"

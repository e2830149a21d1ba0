"""Tells barriers apart that stand on one line of the text: the debug information that findings rest on ends at lines."""

from __future__ import annotations

from collections import Counter

from xpiler.platforms.simt.kernels import inside_directive
from xpiler.platforms.simt.tokens import Cursor, Token

_BARRIERS = {"__syncthreads", "__syncthreads_count", "__syncthreads_and", "__syncthreads_or"}


def mark_barrier_sites(tokens: list[Token]) -> None:
    """Has each barrier of a line with several say which one it is."""
    cursor = Cursor(tokens)
    calls = [
        i for i, t in enumerate(tokens) if t.text in _BARRIERS and cursor.text(cursor.after(i)) == "(" and not inside_directive(tokens, i)
    ]
    on_line = Counter(tokens[index].line for index in calls)
    met: Counter[int] = Counter()
    for index in calls:
        token = tokens[index]
        if on_line[token.line] > 1:
            met[token.line] += 1
            token.text = f"(::xpiler_simt::note_site({met[token.line]}), {token.text})"

"""Tells the runtime what a program calls each piece of device memory: the variable its address goes to."""

from __future__ import annotations

from xpiler.platforms.simt.tokens import OPENING, Cursor, Token

_ALLOCATIONS = {f"{prefix}{call}" for prefix in ("cuda", "hip") for call in ("Malloc", "MallocAsync", "MallocManaged")}


def name_allocations(tokens: list[Token]) -> None:
    """`cudaMalloc(&d_x, n)` becomes `(name_next_allocation("d_x"), cudaMalloc(&d_x, n))`."""
    cursor = Cursor(tokens)
    for index, token in enumerate(tokens):
        opening = cursor.after(index)
        if token.text in _ALLOCATIONS and token.kind == "word" and cursor.text(opening) == "(":
            close, name = cursor.closing(opening), _variable(cursor, opening)
            if name and close < len(tokens):
                token.text = f'(::xpiler_simt::name_next_allocation("{name}"), {token.text}'
                tokens[close].text += ")"


def _variable(cursor: Cursor, opening: int) -> str:
    """The last name of the first argument: `d_x` of `(void **)&state->d_x`."""
    name, walk, depth = "", cursor.after(opening), 0
    while walk < len(cursor.tokens):
        text = cursor.text(walk)
        if depth == 0 and text in (",", ")"):
            return name
        if text == "[":
            walk = cursor.closing(walk)
        else:
            depth += (text in OPENING) - (text in (")", "}"))
            name = text if cursor.tokens[walk].kind == "word" and text not in ("void",) else name
        walk = cursor.after(walk)
    return ""

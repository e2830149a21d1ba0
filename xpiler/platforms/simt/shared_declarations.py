"""Rewrites `__shared__` declarations into references to the simulated block's memory.

`__shared__ float a[4], b;` becomes a typedef of the same declarators, which keeps every form of type right,
and one reference for each name: C++ has no storage class that would do.
"""

from __future__ import annotations

from xpiler.diagnostics import InvalidInput, Place
from xpiler.platforms.simt.tokens import CLOSING, OPENING, Cursor, Token


def rewrite_shared(tokens: list[Token], file: str) -> None:
    """Rewrites every declaration in place; the text stays on its lines."""
    cursor = Cursor(tokens)
    for index, token in enumerate(tokens):
        if token.text == "__shared__" and token.kind == "word":
            _rewrite_declaration(cursor, index, file)


def _rewrite_declaration(cursor: Cursor, index: int, file: str) -> None:
    tokens = cursor.tokens
    line = tokens[index].line
    end = _statement_end(cursor, index)
    if end >= len(tokens):
        raise InvalidInput("this __shared__ declaration has no end", Place(file, line))
    first, dynamic = _blank_storage(cursor, index, end)
    names = _declared_names(cursor, index, end)
    if not names:
        raise InvalidInput("this __shared__ declaration declares nothing", Place(file, line))
    tokens[first].text = "typedef" if first == index else "typedef "
    references = []
    for name in names:
        plain = tokens[name].text
        tokens[name].text = f"{plain}__shared_type"
        references.append(_reference(plain, dynamic, file, line))
    tokens[end].text = ";" + "".join(references)


def _reference(name: str, dynamic: bool, file: str, line: int) -> str:
    kind = f"{name}__shared_type"
    if dynamic:
        return f" {kind} &{name} = ::xpiler_simt::dynamic_shared_variable<{kind}>();"
    place = f"{name}__shared_place"
    return f' static void *{place}; {kind} &{name} = ::xpiler_simt::shared_variable<{kind}>("{name}", "", {line}, {place});'


def _statement_end(cursor: Cursor, index: int) -> int:
    """The `;` that ends the declaration, brackets skipped."""
    while index < len(cursor.tokens) and cursor.text(index) != ";":
        index = cursor.closing(index) if cursor.text(index) in OPENING else index
        index = cursor.after(index)
    return index


def _blank_storage(cursor: Cursor, index: int, end: int) -> tuple[int, bool]:
    """Removes `extern`, `static`, `volatile`-free storage words and `alignas(...)`; the first token kept, and whether it was extern."""
    tokens, first, dynamic = cursor.tokens, index, False
    before = cursor.before(index)
    while cursor.text(before) in ("extern", "static"):
        dynamic |= cursor.text(before) == "extern"
        tokens[before].text = ""
        tokens[before].kind = "space"
        before = cursor.before(before)
    walk = cursor.after(index)
    while walk < end:
        text = cursor.text(walk)
        if text in ("extern", "static"):
            dynamic |= text == "extern"
            tokens[walk].text = ""
        elif text == "alignas":
            close = cursor.closing(cursor.after(walk))
            for token in tokens[walk : close + 1]:
                token.text = "\n" * token.text.count("\n")
            walk = close
        elif text in OPENING:
            walk = cursor.closing(walk)
        walk = cursor.after(walk)
    return first, dynamic


def _declared_names(cursor: Cursor, index: int, end: int) -> list[int]:
    """The token of each declarator's name: the last word before `[`, `,`, `=` or the end, outside brackets and `<>`."""
    names, last, angle = [], -1, 0
    walk = cursor.after(index)
    taken = False
    while walk <= end:
        text = cursor.text(walk)
        if text in ("<", ">") and not taken:
            angle += 1 if text == "<" else -1
        elif not angle and text in (",", ";"):
            if last >= 0:
                names.append(last)
            last, taken = -1, False
        elif not angle and text in ("[", "="):
            taken = True
        elif not angle and not taken and cursor.tokens[walk].kind == "word" and text not in ("__align__", "__attribute__"):
            last = walk
        if text in OPENING and text not in CLOSING:
            walk = cursor.closing(walk)
        walk = cursor.after(walk)
    return names

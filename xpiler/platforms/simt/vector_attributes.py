"""Rewrites clang's `__attribute__((ext_vector_type(n)))` into the simulator's vector class; g++ knows no such attribute."""

from __future__ import annotations

from xpiler.diagnostics import Place, Unsupported
from xpiler.platforms.simt.tokens import Cursor, Token


def rewrite_vector_attributes(tokens: list[Token], file: str) -> None:
    """Rewrites every such attribute in place: in a typedef, an alias or a declaration."""
    cursor = Cursor(tokens)
    for index, token in enumerate(tokens):
        if token.text in ("ext_vector_type", "__ext_vector_type__"):
            _rewrite_attribute(cursor, index, file)


def _rewrite_attribute(cursor: Cursor, index: int, file: str) -> None:
    tokens = cursor.tokens
    count_open = cursor.after(index)
    count = cursor.join(count_open + 1, cursor.closing(count_open))
    first = index
    while cursor.text(first) not in ("__attribute__", "[", ""):
        first = cursor.before(first)
    if cursor.text(first) == "[":
        first = cursor.before(first)
    last = cursor.closing(cursor.after(first) if cursor.text(first) == "__attribute__" else first)
    begin, end = _element_type(cursor, first, last)
    if begin > end:
        raise Unsupported("the element type of this vector type is not before its attribute", Place(file, tokens[index].line))
    element = cursor.join(begin, end + 1).strip()
    for token in (*tokens[begin : end + 1], *tokens[first : last + 1]):
        token.text = "\n" * token.text.count("\n")
    tokens[begin].text = f"::xpiler_simt::ext_vector<{element}, {count}> "


def _element_type(cursor: Cursor, first: int, last: int) -> tuple[int, int]:
    """The tokens of the element's type: before the attribute (without the typedef's name), or after it."""
    end = cursor.before(first)
    if cursor.text(end) in ("typedef", "=", ";", "{", "}"):
        begin = cursor.after(last)
        return begin, _type_end(cursor, begin)
    begin = end
    while cursor.text(before := cursor.before(begin)) not in ("typedef", "=", ";", "{", "}", "(", ",", "const", "static", "<", ""):
        begin = before
    if cursor.text(cursor.before(begin)) == "typedef" and cursor.text(cursor.after(last)) in (";", ","):
        end = cursor.before(end)
    return begin, end


def _type_end(cursor: Cursor, begin: int) -> int:
    """The last word of a type that a name follows."""
    end = begin
    while cursor.tokens[cursor.after(cursor.after(end))].kind == "word":
        end = cursor.after(end)
    return end

"""Explicit instantiations in a file that has nothing but templates: `template void im2col_gpu<float>(const float *, ...);`.

libclang has no cursor for them; their tokens say which template it is, and a use of that at the end of the file gives the function.
"""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import Cursor, CursorKind

NESTING = {"<": 1, ">": -1, ">>": -2}


def explicit_instantiations(top: Cursor, templates: list[Cursor]) -> tuple[str, ...]:
    """The instantiations of function templates that the main file asks for, as names at its end: `caffe::im2col_gpu<float>`."""
    qualified = {template.spelling: _qualified(template) for template in templates}
    found = (_named(declaration, qualified) for declaration in _declarations([token.spelling for token in top.get_tokens()]))
    return tuple(dict.fromkeys(name for name in found if name))


def _declarations(words: list[str]) -> Iterator[list[str]]:
    """The words behind each `template` that no parameters follow, up to the end of the declaration."""
    for k, word in enumerate(words[:-1]):
        if word == "template" and words[k + 1] != "<" and words[max(k - 1, 0)] not in (".", "->", "::"):
            yield words[k + 1 : next((end for end in range(k, len(words)) if words[end] in (";", "{")), k)]


def _named(words: list[str], qualified: dict[str, str]) -> str:
    """The template with its arguments in the words of a declaration; "" where it has none, as they would have to be deduced."""
    for k, word in enumerate(words[:-1]):
        if word in qualified and words[k + 1] == "<":
            depth, end = 0, k + 1
            for end in range(k + 1, len(words)):
                depth += NESTING.get(words[end], 0)
                if depth <= 0:
                    break
            return qualified[word] + " ".join(words[k + 1 : end + 1])
    return ""


def _qualified(template: Cursor) -> str:
    names, parent = [template.spelling], template.semantic_parent
    while parent is not None and parent.kind == CursorKind.NAMESPACE:
        names.insert(0, parent.spelling)
        parent = parent.semantic_parent
    return "::".join(name for name in names if name)

"""Tokens of preprocessed C++: enough to find declarations and launches, with the positions that edits need."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<directive>^[ \t]*\#[^\n]*)
    | (?P<raw>(?:u8|[uUL])?R"(?P<delimiter>[^(\s]*)\(.*?\)(?P=delimiter)")
    | (?P<string>(?:u8|[uUL])?"(?:[^"\\\n]|\\.)*")
    | (?P<char>(?:u8|[uUL])?'(?:[^'\\\n]|\\.)*')
    | (?P<name>[A-Za-z_]\w*)
    | (?P<number>\.?\d(?:[eEpP][+-]|'\w|[\w.])*)
    | (?P<comment>//[^\n]*|/\*.*?\*/)
    | (?P<punctuation>::|->|[-+*/%&|^=!]=|.)
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """One token; `start` and `end` are offsets into the text."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """All tokens but blanks and comments. `<` and `>` always stand alone."""
    tokens = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup if match.lastgroup != "delimiter" else "raw"
        if kind == "comment" or (kind == "punctuation" and match.group().isspace()):
            continue
        tokens.append(Token(kind or "punctuation", match.group(), match.start(), match.end()))
    return tokens


_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_OPENERS = {closer: opener for opener, closer in _CLOSERS.items()}


def closing(tokens: list[Token], index: int) -> int:
    """Index of the bracket that closes the one at `index`; the last token where there is none."""
    depth = 0
    for i in range(index, len(tokens)):
        if tokens[i].text in _CLOSERS and tokens[i].kind == "punctuation":
            depth += 1
        elif tokens[i].text in _OPENERS and tokens[i].kind == "punctuation":
            depth -= 1
            if depth == 0:
                return i
    return len(tokens) - 1


def opening(tokens: list[Token], index: int) -> int:
    """Index of the bracket that the one at `index` closes."""
    depth = 0
    for i in range(index, -1, -1):
        if tokens[i].text in _OPENERS and tokens[i].kind == "punctuation":
            depth += 1
        elif tokens[i].text in _CLOSERS and tokens[i].kind == "punctuation":
            depth -= 1
            if depth == 0:
                return i
    return 0


def angle_opening(tokens: list[Token], index: int) -> int:
    """Index of the `<` of a template argument list whose `>` is at `index`."""
    depth = 0
    i = index
    while i >= 0:
        text = tokens[i].text
        if text in _OPENERS:
            i = opening(tokens, i)
        elif text == ">":
            depth += 1
        elif text == "<":
            depth -= 1
            if depth == 0:
                return i
        i -= 1
    return 0


def adjacent(tokens: list[Token], index: int, text: str) -> bool:
    """Whether the tokens from `index` on are the characters of `text` without a blank between."""
    if index + len(text) > len(tokens) or any(tokens[index + k].text != c for k, c in enumerate(text)):
        return False
    return tokens[index + len(text) - 1].end - tokens[index].start == len(text)

"""A C++ tokeniser that keeps every character, so that a rewritten file has the lines of the original."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<comment>//(?:\\\n|[^\n])*|/\*.*?\*/)
  | (?P<string>(?:u8|[uUL])?R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)"|(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")
  | (?P<character>[uUL]?'(?:\\.|[^'\\\n])+')
  | (?P<number>\.?\d(?:[eEpP][+-]|'(?=\w)|[\w.])*)
  | (?P<word>[A-Za-z_$][\w$]*)
  | (?P<newline>\n)
  | (?P<space>(?:[ \t\r\f\v]|\\\r?\n)+)
  | (?P<punctuation><<<|::|->|.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass
class Token:
    """One token; `text` may be replaced, `line` is that of its first character."""

    kind: str
    text: str
    line: int

    @property
    def blank(self) -> bool:
        """Whether the grammar does not see it."""
        return self.kind in ("comment", "space", "newline")


def tokenise(text: str) -> list[Token]:
    """The tokens of `text`; joined, their texts are `text` again."""
    tokens, line = [], 1
    for match in _TOKEN.finditer(text):
        tokens.append(Token(match.lastgroup if match.lastgroup != "delimiter" else "string", match.group(), line))
        line += match.group().count("\n")
    return tokens


OPENING = {"(": ")", "[": "]", "{": "}"}
CLOSING = {closing: opening for opening, closing in OPENING.items()}


class Cursor:
    """Walks over tokens by index, skipping blanks."""

    def __init__(self, tokens: list[Token]):
        self.tokens = tokens

    def after(self, index: int) -> int:
        """The next visible token after `index`; `len(tokens)` at the end."""
        index += 1
        while index < len(self.tokens) and self.tokens[index].blank:
            index += 1
        return index

    def before(self, index: int) -> int:
        """The last visible token before `index`; -1 at the start."""
        index -= 1
        while index >= 0 and self.tokens[index].blank:
            index -= 1
        return index

    def text(self, index: int) -> str:
        """The token's text, empty outside the file."""
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def closing(self, index: int) -> int:
        """The token that closes the bracket at `index`; `len(tokens)` if none does."""
        depth = 0
        while index < len(self.tokens):
            text = self.tokens[index].text
            depth += (text in OPENING) - (text in CLOSING)
            if depth == 0:
                return index
            index = self.after(index)
        return index

    def opening_angle(self, index: int) -> int:
        """The `<` that matches the `>` at `index`, walking back; -1 if none does."""
        depth = brackets = 0
        while index >= 0:
            text = self.tokens[index].text
            brackets += (text in CLOSING) - (text in OPENING)
            if not brackets:
                depth += {">": 1, "<": -1}.get(text, 0)
            if depth == 0 and not brackets:
                return index
            if text in (";", "{") and not brackets:
                return -1
            index = self.before(index)
        return -1

    def closing_angle(self, index: int) -> int:
        """The `>` that closes the `<` at `index`; -1 if none does before the statement ends."""
        depth = 0
        while index < len(self.tokens):
            text = self.text(index)
            depth += {"<": 1, ">": -1}.get(text, 0)
            if depth == 0:
                return index
            if text in (";", "{", "}"):
                return -1
            index = self.after(self.closing(index) if text in OPENING else index)
        return -1

    def join(self, first: int, last: int) -> str:
        """The text from token `first` up to, not including, `last`."""
        return "".join(token.text for token in self.tokens[first:last])

"""A change of IR in the words of the person's file: what the emitter prints differently, tried at the same line of their text.

The emitter's text before and after a repair says which tokens come in. Each is tried in place of each token of the
line that the changed operation comes from; a new statement is tried before and behind it, and two names of the line may
change places. Whatever is tried is read and run like any other text, so a wrong guess is only a guess.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

TOKEN = re.compile(
    r"[A-Za-z_]\w*|0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFuUlL]*|<<=|>>=|[-+*/%<>=!&|^]=|<<|>>|&&|\|\||[^\s\w]"
)
REACH = 2  # lines around the place


def rewordings(text: str, line: int, before: str, after: str) -> Iterator[str]:
    """Texts with the change that took `before` to `after` (the emitter's words), made around `line` of `text` (from 1)."""
    lines = text.split("\n")
    gone, come = _changed_lines(before, after)
    near = [k for k in sorted(range(len(lines)), key=lambda k: abs(k - (line - 1))) if abs(k - (line - 1)) <= REACH]
    new = _more(come, gone)
    if not gone:
        yield from _inserted(lines, near, come)
    for k in near:
        for changed in (*_dropped(lines[k]), *_replaced(lines[k], new), *_exchanged(lines[k])):
            yield _with(lines, k, changed)


def difference(before: str, after: str, name: str) -> str:
    """The change as a unified diff."""
    return "".join(difflib.unified_diff(before.splitlines(True), after.splitlines(True), name, f"{name} (repaired)", n=2))


def _changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    gone, come = [], []
    for entry in difflib.ndiff(before.splitlines(), after.splitlines()):
        if entry.startswith("- "):
            gone.append(entry[2:])
        elif entry.startswith("+ "):
            come.append(entry[2:])
    return gone, come


def _more(come: list[str], gone: list[str]) -> list[str]:
    """Tokens that the new lines have and the old ones have not, or have less often; the usual operators last."""
    more = Counter(TOKEN.findall("\n".join(come))) - Counter(TOKEN.findall("\n".join(gone)))
    return sorted(more, key=lambda t: (not re.match(r"[\w.]", t), t))


def _replaced(line: str, new: list[str]) -> Iterator[str]:
    for token in new:
        for match in TOKEN.finditer(line):
            if _alike(match[0], token):
                yield line[: match.start()] + token + line[match.end() :]


def _alike(old: str, new: str) -> bool:
    """A word for a word, an operator for an operator."""
    return old != new and (old[0].isalnum() or old[0] in "_.") == (new[0].isalnum() or new[0] in "_.")


def _dropped(line: str) -> Iterator[str]:
    """The line without an operator and the word behind it."""
    tokens = list(TOKEN.finditer(line))
    for operator, word in pairwise(tokens):
        if operator[0] in "+-*/%" and (word[0][0].isalnum() or word[0][0] == "_"):
            yield (line[: operator.start()].rstrip() + line[word.end() :]).rstrip()


def _exchanged(line: str) -> Iterator[str]:
    words = [m for m in TOKEN.finditer(line) if m[0][0].isalpha() or m[0][0] == "_"]
    for i, first in enumerate(words):
        for second in words[i + 1 :]:
            if first[0] != second[0]:
                yield line[: first.start()] + second[0] + line[first.end() : second.start()] + first[0] + line[second.end() :]


def _inserted(lines: list[str], near: list[int], come: list[str]) -> Iterator[str]:
    for k in near:
        indent = re.match(r"\s*", lines[k])[0]
        for at in (k, k + 1):
            yield "\n".join([*lines[:at], *(indent + c.strip() for c in come), *lines[at:]])


def _with(lines: list[str], k: int, changed: str) -> str:
    return "\n".join([*lines[:k], changed, *lines[k + 1 :]])

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
_NEGATIVE = re.compile(r"(?<=[(=,?:<>])\s*(-(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFuUlL]*)")
_DEFINED = re.compile(r"(?:#define\s+|\bconst(?:expr)?\s+\w+\s+)(\w+)\s*=?\s*([\d.]+\w*)")
_CALL = re.compile(r"\s*\w+\([^;]*\);\s*")


def rewordings(text: str, line: int, before: str, after: str) -> Iterator[str]:
    """Texts with the change that took `before` to `after` (the emitter's words), made around `line` of `text` (from 1)."""
    lines = text.split("\n")
    gone, come = _changed_lines(before, after)
    near = [k for k in sorted(range(len(lines)), key=lambda k: abs(k - (line - 1))) if abs(k - (line - 1)) <= REACH]
    new = _named(_more(come, gone), text)
    if not gone:
        yield from _inserted(lines, near, come)
    yield from _inserted_calls(lines, near, gone, come)
    for k in near:
        for changed in (
            *_rounded_up(lines[k], gone, come),
            *_dropped(lines[k]),
            *_replaced(lines[k], new),
            *_exchanged(lines[k]),
            *_shifted(lines[k]),
            *_scaled(lines[k], come),
        ):
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
    texts = ("\n".join(come), "\n".join(gone))
    signed = [t for t in _NEGATIVE.findall(texts[0]) if t not in _NEGATIVE.findall(texts[1])]
    more = Counter(TOKEN.findall(texts[0])) - Counter(TOKEN.findall(texts[1]))
    return [*signed, *sorted(more, key=lambda t: (not re.match(r"[\w.]", t), t))]


def _named(tokens: list[str], text: str) -> list[str]:
    """Numbers by the names that the text has for them, first."""
    names = {value: name for name, value in _DEFINED.findall(text)}
    names |= {"3.4028235e38f": "FLT_MAX"} if "FLT_MAX" in text else {}
    found = []
    for token in tokens:
        sign, number = ("-", token[1:]) if token.startswith("-") and len(token) > 1 and token[1] != "=" else ("", token)
        found += [sign + names[number]] if number in names else []
        found.append(token)
    return found


def _replaced(line: str, new: list[str]) -> Iterator[str]:
    for token in new:
        for match in TOKEN.finditer(line):
            if _alike(match[0], token):
                yield line[: match.start()] + token + line[match.end() :]


def _alike(old: str, new: str) -> bool:
    """A word (or a number with its sign) for a word, an operator for an operator."""
    return old != new and _is_word(old) == _is_word(new)


def _is_word(token: str) -> bool:
    return token.lstrip("-")[:1].isalnum() or token.lstrip("-")[:1] in ("_", ".")


def _shifted(line: str) -> Iterator[str]:
    """The line with one less, or one more, of a word or of what a parenthesis ends."""
    for match in TOKEN.finditer(line):
        if _is_word(match[0]) or match[0] == ")":
            for step in (" - 1", " + 1"):
                yield line[: match.end()] + step + line[match.end() :]


def _scaled(line: str, come: list[str]) -> Iterator[str]:
    """The line with a word times the size of an element, where the emitter's new lines have such a size."""
    for size in dict.fromkeys(re.findall(r"\* (sizeof\(\w+\)|\d+)", "\n".join(come))):
        for match in TOKEN.finditer(line):
            if _is_word(match[0]):
                yield f"{line[: match.end()]} * {size}{line[match.end() :]}"


def _inserted_calls(lines: list[str], near: list[int], gone: list[str], come: list[str]) -> Iterator[str]:
    """Calls that came in, each alone: a synchronisation, or a store whose neighbours are printed in another way now."""
    kept = Counter(line.strip() for line in gone)
    calls = [line for line in dict.fromkeys(line.strip() for line in come) if _CALL.fullmatch(line) and not kept[line]]
    for call in calls:
        yield from _inserted(lines, near, [call])


def _rounded_up(line: str, gone: list[str], come: list[str]) -> Iterator[str]:
    """The line with a quotient rounded up, where the emitter's new lines have more additions and as many quotients."""
    before, after = (Counter(TOKEN.findall("\n".join(lines))) for lines in (gone, come))
    if before["/"] != after["/"] or before["+"] >= after["+"]:
        return
    for match in re.finditer(r"(\w+|\([^()]*\)) / (\w+)", line):
        less = str(int(match[2]) - 1) if match[2].isdigit() else f"{match[2]} - 1"
        yield f"{line[: match.start()]}({match[1]} + {less}) / {match[2]}{line[match.end() :]}"


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

"""What a prompt says of the target: paragraphs and declarations of the platform's folder, the best first, within a budget.

The score of a piece is how many of the wanted words it holds, rare words counting more. Nothing else is known of
platforms here: a new one is served by its own `facts.md` and headers.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path

from xpiler.propose.llm.budget import estimated_tokens

_WORD = re.compile(r"[a-z]+")
_FAMILY = re.compile(r"[A-Z][A-Z_]+\(.*\)")  # a macro that declares a builtin for each element type
_HEADERS = ("*.h", "*.hpp")


def facts(platform: str, words: Iterable[str], tokens: int) -> str:
    """The pieces that fit into `tokens`, in the order of the folder; empty where nothing matches."""
    wanted = Counter(w for text in words for w in _words(text))
    ranked = sorted(_scored(_pieces(platform), wanted), key=lambda item: (-item[0], item[1]))
    chosen, left = [], tokens
    for score, position, piece in ranked:
        cost = estimated_tokens(piece) + 1
        if score > 0 and cost <= left:
            chosen.append((position, piece))
            left -= cost
    return "\n".join(piece for _, piece in sorted(chosen))


def _scored(pieces: tuple[str, ...], wanted: Counter[str]) -> Iterator[tuple[float, int, str]]:
    bags = [set(_words(piece)) for piece in pieces]
    spread = Counter(w for bag in bags for w in bag)
    for position, (piece, bag) in enumerate(zip(pieces, bags, strict=True)):
        score = sum(math.log(1 + len(pieces) / spread[w]) for w in bag & wanted.keys())
        yield round(score / math.sqrt(1 + len(bag)), 6), position, piece


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


@cache
def _pieces(platform: str) -> tuple[str, ...]:
    """Paragraphs of `facts.md`, then one line for each declaration of the headers."""
    folder = Path(str(resources.files("xpiler"))) / "platforms" / platform
    notes = folder / "facts.md"
    paragraphs = [p.strip() for p in notes.read_text().split("\n\n") if p.strip()] if notes.exists() else []
    headers = sorted(path for pattern in _HEADERS for path in (folder / "include").rglob(pattern))
    return (*paragraphs, *dict.fromkeys(line for path in headers for line in _declarations(path.read_text(errors="replace"))))


def _declarations(text: str) -> Iterator[str]:
    for line in text.splitlines():
        line = line.strip()
        declared = line.endswith(");") and "(" in line and not line.startswith(("#", "//", "return"))
        if declared or _FAMILY.fullmatch(line):
            yield line

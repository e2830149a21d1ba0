"""What a proof for all sizes asks of integer sets and is answered yes: kept where a certificate is wanted, so that others can ask again.

A fact is an implication: where all sets of `given` hold, all sets of `then` do; without any `then` it is that `given` has no point.
The sets are those the question was made of, not isl's simplification of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from islpy import Set


@dataclass(frozen=True, eq=False)
class Fact:
    """`kind` is what it was asked for: `bounds`, `apart`, `holds`, `equal`."""

    kind: str
    given: tuple[Set, ...]
    then: tuple[Set, ...]


_KEPT: list[list[Fact]] = []


@contextmanager
def keeping() -> Iterator[list[Fact]]:
    """Everything that is found to be true inside."""
    found: list[Fact] = []
    _KEPT.append(found)
    try:
        yield found
    finally:
        _KEPT.remove(found)


def note(kind: str, given: tuple[Set, ...], then: tuple[Set, ...] = ()) -> None:
    """Keeps a fact where somebody wants it."""
    for kept in _KEPT:
        kept.append(Fact(kind, given, then))

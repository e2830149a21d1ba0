"""Names in emitted text: the source's where a location carries one, else a word, always unique in its scope."""

from __future__ import annotations

import re

from mlir import ir

KEYWORDS = frozenset(
    """alignas alignof and asm auto bool break case catch char class const constexpr continue default delete do double else enum explicit
    export
    extern false float for friend goto if inline int long mutable namespace new not nullptr operator or private protected public register
    return short
    signed sizeof static struct switch template this throw true try typedef typename union unsigned using virtual void volatile while xor
    half main
    min max abs exp log pow sqrt sin cos tan tanh erf floor ceil round fma printf malloc free memcpy memset NAN INFINITY std""".split()
)
LOOP_WORDS = ("i", "j", "k", "l", "m", "p", "q", "r")


def source_name(location: ir.Location) -> str | None:
    """The source variable's name that a location carries (`NameLoc`), also through a call site or a fusion."""
    if location.is_a_name():
        name = re.sub(r"\W", "_", location.name_str)
        return name if re.match(r"[A-Za-z_]", name) else None
    if location.is_a_callsite():
        return source_name(location.callee)
    if location.is_a_fused():
        return next((n for part in location.locations if (n := source_name(part))), None)
    return None


class Names:
    """Nested scopes of C names; a name is taken when an enclosing scope (or the platform) has it."""

    def __init__(self, reserved: frozenset[str] = frozenset()):
        self._reserved = KEYWORDS | reserved
        self._scopes: list[set[str]] = [set(self._reserved)]

    def push(self) -> None:
        """Enters a block."""
        self._scopes.append(set())

    def pop(self) -> None:
        """Leaves a block; its names are free again."""
        self._scopes.pop()

    def taken(self, name: str) -> bool:
        """Whether `name` is visible here."""
        return any(name in scope for scope in self._scopes)

    def declared(self, name: str) -> bool:
        """Whether `name` is a variable or parameter that is visible here."""
        return name not in self._reserved and self.taken(name)

    def free(self, *wishes: str) -> str:
        """The first free wish, or the last one with a suffix."""
        name = next((w for w in wishes if not self.taken(w)), None)
        if name is None:
            name, count = f"{wishes[-1]}_", 2
            while self.taken(name):
                name, count = f"{wishes[-1]}_{count}", count + 1
        return name

    def claim(self, *wishes: str) -> str:
        """Declares and returns the first free wish, or the last one with a suffix."""
        name = self.free(*wishes)
        self._scopes[-1].add(name)
        return name

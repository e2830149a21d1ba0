"""Declarations of on-chip arrays: `__nram__ float row[512];` becomes a reference into the memory of the running core.

The reference is `thread_local`, so each core (a thread) has its own; its initialiser asks the runtime for the array, which gives
every core the same object each time. `sizeof`, template deduction and pointer arithmetic see an ordinary array.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .tokens import Token, closing

SPACES = {"__nram__": "nram", "__wram__": "wram", "__mlu_shared__": "sram", "__ldram__": "ldram"}
_DROPPED = {"static", "extern", "__restrict__", "inline", "thread_local"}
_ATTRIBUTES = {"__attribute__", "alignas", "_Alignas", "__align__"}
_KEY = "[] { static char key; return static_cast<const void *>(&key); }()"


@dataclass
class Declarator:
    """One name of a declaration with its dimensions and initialiser, as tokens."""

    name: str
    pointer: bool = False
    dimensions: list[Token] = field(default_factory=list)
    initial: list[Token] = field(default_factory=list)


@dataclass
class Declaration:
    """A declaration with a memory-space qualifier."""

    space: str
    specifiers: list[Token]
    declarators: list[Declarator]


def parse(tokens: list[Token]) -> Declaration | None:
    """The declaration that these tokens (without the final semicolon) are; None if they are something else, such as a function."""
    space = next(SPACES[token.text] for token in tokens if token.text in SPACES)
    kept = _without_attributes(tokens)
    split = _first_declarator(kept)
    if split is None:
        return None
    specifiers = [token for token in kept[:split] if token.text not in _DROPPED and token.text not in SPACES and token.text != "*"]
    stars = any(token.text in "*&" for token in kept[:split])
    declarators = [_declarator(part) for part in _split_commas(kept[split:])]
    declarators[0].pointer |= stars
    return Declaration(space, specifiers, declarators)


def render(declaration: Declaration, *, at_file_scope: bool) -> str:
    """The C++ that stands for it."""
    specifiers = spell(declaration.specifiers)
    return " ".join(_render_one(declaration, specifiers, declarator, at_file_scope) for declarator in declaration.declarators)


def _render_one(declaration: Declaration, specifiers: str, declarator: Declarator, at_file_scope: bool) -> str:
    name, dimensions = declarator.name, spell(declarator.dimensions)
    initial = spell(declarator.initial)
    if declarator.pointer:  # the qualifier is the pointee's
        storage = "thread_local " if at_file_scope else ""
        return f"{storage}{specifiers} *{name}{dimensions} {initial};"
    place = f'{_KEY}, ::xpiler_sim::Space::{declaration.space}, "{name}"'
    if initial:
        source = f"xpiler_sim_initial_{name}"
        return (
            f"static {specifiers} {source}{dimensions} {initial}; "
            f"thread_local decltype({source}) &{name} = ::xpiler_sim::placed_copy({source}, {place});"
        )
    return f"thread_local {specifiers} (&{name}){dimensions} = ::xpiler_sim::placed(({specifiers} (*){dimensions})0, {place});"


def spell(tokens: list[Token]) -> str:
    """The tokens as text, on one line."""
    return " ".join(token.text for token in tokens if token.kind != "directive")


def _without_attributes(tokens: list[Token]) -> list[Token]:
    kept: list[Token] = []
    i = 0
    while i < len(tokens):
        if tokens[i].text in _ATTRIBUTES and i + 1 < len(tokens) and tokens[i + 1].text == "(":
            i = closing(tokens, i + 1) + 1
            continue
        kept.append(tokens[i])
        i += 1
    return kept


def _first_declarator(tokens: list[Token]) -> int | None:
    """Index of the first declared name: a name followed by a dimension, an initialiser, a comma or the end."""
    i = 0
    angle = 0
    while i < len(tokens):
        text = tokens[i].text
        if text == "(":
            return None
        angle += (text == "<") - (text == ">")
        following = tokens[i + 1].text if i + 1 < len(tokens) else ";"
        if tokens[i].kind == "name" and text not in SPACES and angle == 0 and i > 0 and following in ("[", "=", ",", ";", "{"):
            return i
        i += 1
    return None


def _split_commas(tokens: list[Token]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    i = 0
    while i < len(tokens):
        if tokens[i].text in ("(", "[", "{"):
            end = closing(tokens, i)
            parts[-1] += tokens[i : end + 1]
            i = end + 1
            continue
        if tokens[i].text == ",":
            parts.append([])
        else:
            parts[-1].append(tokens[i])
        i += 1
    return parts


def _declarator(tokens: list[Token]) -> Declarator:
    pointer = tokens[0].text == "*"
    tokens = [token for token in tokens[:1] if not pointer] + tokens[1:]
    result = Declarator(tokens[0].text, pointer)
    i = 1
    while i < len(tokens) and tokens[i].text == "[":
        end = closing(tokens, i)
        result.dimensions += tokens[i : end + 1]
        i = end + 1
    result.initial = tokens[i:]
    return result

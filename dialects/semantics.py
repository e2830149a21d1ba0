"""The one meaning of every operation: `dialects/<name>/semantics.mlir`, as text templates.

A file is a list of entries. Each begins with a header comment; docs/language.md has the rules:

    // meaning: bang.unary                      a function, with $NAME, $T, $B (bytes of T) and maybe $BODY
    // body: bang.unary abs|active_abs float    the lines that stand for $BODY, for these kinds and element class

`meaning(op, kind, element)` gives the text of one `func.func` over the shared layer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

# cuda and hip share one file; its entries are written for `simt.`.
FILES = {"cuda": "simt", "hip": "simt", "bang": "bang", "vnni": "vnni"}

# What a program's schedule and memory model mean is not a function of operands: indices and barriers are
# dimensions of the model, views and host operations are the pointer model's, spelled out in docs/ir.md.
MODEL_OPS = {
    "simt": "thread_id block_id block_dim grid_dim warp_size barrier warp_barrier active_mask dynamic_shared fragment_size",
    "bang": "index is_memory_core sync barrier",
    "vnni": "",
}

FLOATS = {"f64": 8, "f32": 4, "f16": 2, "bf16": 2}
INTEGERS = {"i64": 8, "i32": 4, "i16": 2, "i8": 1}

HEADER = re.compile(r"^// (meaning|body): (\S+)(?: (\S+))?(?: (float|int))?$", re.MULTILINE)


class NoMeaning(KeyError):
    """An operation, kind or element type for which the files have no entry."""


@dataclass(frozen=True)
class Entry:
    """One template: `role` is "meaning" or "body"; empty `kinds` or `types` match everything."""

    role: str
    op: str
    kinds: frozenset[str]
    types: str
    text: str

    def matches(self, role: str, op: str, kind: str, types: str) -> bool:
        """Whether this entry is for a kind and a class of element types."""
        return (self.role, self.op) == (role, op) and (not self.kinds or kind in self.kinds) and self.types in ("", types)

    @property
    def precision(self) -> tuple[bool, bool]:
        """Entries that name kinds and types win over those that do not."""
        return bool(self.kinds), bool(self.types)


@cache
def entries(dialect: str) -> tuple[Entry, ...]:
    """Every template of a dialect's file, in order; none where the file does not exist yet."""
    path = files("xpiler.dialects") / FILES[dialect] / "semantics.mlir"
    return parse(path.read_text()) if path.is_file() else ()


def parse(text: str) -> tuple[Entry, ...]:
    """Splits a file at its headers."""
    marks = list(HEADER.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return tuple(_entry(mark, text[mark.end() : end]) for mark, end in zip(marks, ends, strict=True))


def _entry(mark: re.Match[str], text: str) -> Entry:
    role, op, kinds, types = mark.groups()
    if kinds in ("float", "int"):
        kinds, types = None, kinds
    return Entry(role, op, frozenset(kinds.split("|")) if kinds else frozenset(), types or "", text.strip("\n") + "\n")


def find(role: str, op: str, kind: str, types: str) -> Entry | None:
    """The most precise entry for an operation, written with its dialect's own name."""
    dialect, _, name = op.partition(".")
    shared = f"{FILES[dialect]}.{name}"
    found = [entry for entry in entries(dialect) if entry.matches(role, shared, kind, types)]
    return max(found, key=lambda entry: entry.precision, default=None)


def meaning(op: str, kind: str = "", element: str | tuple[str, ...] = "f32", **constants: int) -> str:
    """The function an operation means, as text: `meaning("bang.unary", "abs", "f32")`.

    `element` is the type T, or (T, S) where source and destination differ. `constants` stand for the
    template's other placeholders (`M=16` for `$M`). The function is called `@op.kind.T[.S]`.
    """
    names = (element,) if isinstance(element, str) else element
    types = "float" if names[0] in FLOATS else "int"
    entry = find("meaning", op, kind, types)
    if entry is None:
        raise NoMeaning(f"{op} has no meaning for kind '{kind}' and type {names[0]}")
    values = {key: str(value) for key, value in constants.items()} | _types(names)
    values["NAME"] = ".".join(part for part in (op, kind, *names) if part)
    if "$BODY" in entry.text:
        body = find("body", op, kind, types)
        if body is None:
            raise NoMeaning(f"{op} has no body for kind '{kind}' and type {names[0]}")
        values["BODY"] = Template(body.text.strip()).substitute(values)
    return Template(entry.text).substitute(values)


def _types(names: tuple[str, ...]) -> dict[str, str]:
    sizes = FLOATS | INTEGERS
    values = {}
    for letter, name in zip("TS", names, strict=False):
        values[letter] = name
        values["B" if letter == "T" else "BS"] = str(sizes[name])
        values["BITS" if letter == "T" else "BITS_S"] = str(8 * sizes[name])
    return values


def has_meaning(op: str, kind: str = "") -> bool:
    """Whether some element type gives this operation and kind a meaning."""
    return any(_complete(op, kind, types) for types in ("float", "int"))


def _complete(op: str, kind: str, types: str) -> bool:
    entry = find("meaning", op, kind, types)
    return entry is not None and ("$BODY" not in entry.text or find("body", op, kind, types) is not None)


def is_model_op(op: str) -> bool:
    """Whether an operation belongs to the memory and schedule model rather than to a function of operands."""
    dialect, _, name = op.partition(".")
    return name in MODEL_OPS.get(FILES.get(dialect, ""), "").split()

"""The one meaning of every operation: `dialects/<name>/semantics.mlir`, read and instantiated.

docs/language.md describes the files. `instantiate` gives the text of a module whose function `@meaning` is the
operation, written over the shared layer; what it calls is beside it, private.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from xpiler.dialects.type_words import CLASSES, type_words

# cuda and hip share one file, whose entries are written for `simt.`.
FILES = {"cuda": "simt", "hip": "simt", "bang": "bang", "vnni": "vnni"}

# What belongs to the model of schedule and memory is not a function of operands: indices and barriers are
# dimensions of that model, dynamic shared memory is a buffer of it.
MODEL_OPS = {
    "simt": "thread_id block_id block_dim grid_dim warp_size barrier warp_barrier active_mask dynamic_shared",
    "bang": "index is_memory_core sync barrier",
    "vnni": "",
}

HEADING = re.compile(
    r"// (?:meaning (?P<op>[a-z_.0-9]+)|@(?P<callee>\w+))(?: ?<(?P<kinds>[^>]*)>)?"
    r"(?P<words>(?: (?!on\b)[a-z_]+)*)(?: on (?P<types>[a-z0-9 ]+))?"
)
CALLEE = re.compile(r"func\.call @(\w+)\(")


@dataclass(frozen=True)
class Wanted:
    """What an operation asks for: its name, its kinds, words for its form, the element types of its buffers."""

    op: str
    kinds: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    types: tuple[str, ...] = ()

    def __str__(self) -> str:
        kinds = f"<{', '.join(self.kinds)}>" if self.kinds else ""
        words = "".join(f" {word}" for word in sorted(self.words))
        return f"{self.op}{kinds}{words} on {' '.join(self.types)}"


@dataclass(frozen=True)
class Heading:
    """One heading over a function: what it serves, and the words it binds for each kind."""

    op: str
    callee: str
    kinds: dict[str, tuple[str, ...]]
    words: frozenset[str]
    types: tuple[str, ...]

    def serves(self, wanted: Wanted) -> bool:
        """Whether this entry is meant for the operation (as its meaning or as a function it calls)."""
        if self.kinds and not any(kind in self.kinds for kind in wanted.kinds):
            return False
        if self.op and self.words != wanted.words:
            return False
        return all(type_ == word or type_ in CLASSES.get(word, ()) for word, type_ in zip(self.types, wanted.types, strict=False))

    def bound(self, wanted: Wanted) -> tuple[str, ...]:
        """The words $1, $2 ... stand for."""
        return next((self.kinds[kind] for kind in wanted.kinds if kind in self.kinds), ())


@dataclass(frozen=True)
class Entry:
    """A function of a file, and its headings."""

    headings: tuple[Heading, ...]
    body: str


def instantiate(wanted: Wanted, **constants: int) -> str | None:
    """The module that is the operation's meaning; None where the files give it none.

    `constants` fill placeholders of their own name (`M=16` for `$M`), for operations whose shape is in a type.
    """
    dialect, _, name = wanted.op.partition(".")
    shared = FILES[dialect]
    wanted = Wanted(f"{shared}.{name}", wanted.kinds, wanted.words, wanted.types)
    found = _select(shared, lambda heading: heading.op == wanted.op, wanted, constants)
    if found is None:
        return None
    return _with_callees({"meaning": found}, shared, wanted, constants)


def instantiate_text(text: str, dialect: str, types: tuple[str, ...]) -> str | None:
    """The module of the first entry of a text that is in no file yet, for a dialect and element types; None where it holds no such entry.

    What it calls is taken from the text, then from the dialect's file.
    """
    found = list(_read(text))
    meant = next((entry for entry in found if any(heading.op.startswith(f"{dialect}.") for heading in entry.headings)), None)
    if meant is None:
        return None
    heading = next(h for h in meant.headings if h.op)
    wanted = Wanted(f"{FILES[dialect]}.{heading.op.partition('.')[2]}", tuple(heading.kinds)[:1], heading.words, types)
    functions = {"meaning": _filled(meant.body, heading.bound(wanted), types, {})}
    for entry in found:
        for callee in (h for h in entry.headings if h.callee):
            functions.setdefault(callee.callee, _filled(entry.body, callee.bound(wanted), types, {}))
    return _with_callees(functions, FILES[dialect], wanted, {})


def _with_callees(functions: dict[str, str], shared: str, wanted: Wanted, constants: dict[str, int]) -> str | None:
    pending = [callee for text in functions.values() for callee in CALLEE.findall(text)]
    while pending:
        callee = pending.pop()
        if callee in functions:
            continue
        text = _select(shared, lambda heading, callee=callee: heading.callee == callee, wanted, constants)
        if text is None:
            return None
        functions[callee] = text
        pending += CALLEE.findall(text)
    return "module {\n" + "\n".join(functions.values()) + "}\n"


def _select(file: str, is_it: Callable[[Heading], bool], wanted: Wanted, constants: dict[str, int]) -> str | None:
    """The first entry that serves, with its placeholders filled."""
    for entry in entries(file):
        for heading in entry.headings:
            if is_it(heading) and heading.serves(wanted):
                return _filled(entry.body, heading.bound(wanted), wanted.types, constants)
    return None


def _filled(body: str, bound: tuple[str, ...], types: tuple[str, ...], constants: dict[str, int]) -> str:
    for number, word in enumerate(bound, 1):
        body = body.replace(f"${number}", word)
    names = (type_words(types) if types else {}) | {name: str(value) for name, value in constants.items()}
    return re.sub(r"\$([A-Z_]+)", lambda match: names[match[1]], body)


@cache
def entries(file: str) -> tuple[Entry, ...]:
    """Every function of `dialects/<file>/semantics.mlir`, in order; none where there is no such file."""
    path = Path(__file__).parent / file / "semantics.mlir"
    return tuple(_read(path.read_text())) if path.is_file() else ()


def operations(file: str) -> frozenset[str]:
    """The operations with a meaning in a file, as its headings write them."""
    return frozenset(heading.op for entry in entries(file) for heading in entry.headings if heading.op)


def _read(text: str) -> Iterator[Entry]:
    headings: list[Heading] = []
    body: list[str] = []
    for line in text.splitlines():
        if line.startswith("//"):
            match = HEADING.fullmatch(line)
            if match:
                headings.append(_heading(match))
        elif line.startswith("func.func") or body:
            body.append(line)
            if line == "}":
                yield Entry(tuple(headings), "\n".join(body) + "\n")
                headings, body = [], []


def _heading(match: re.Match[str]) -> Heading:
    kinds = {}
    for item in filter(None, (match["kinds"] or "").replace(" ", "").split(",")):
        name, _, words = item.partition("=")
        kinds[name] = tuple(words.split("/")) if words else ()
    return Heading(
        op=match["op"] or "",
        callee=match["callee"] or "",
        kinds=kinds,
        words=frozenset((match["words"] or "").split()),
        types=tuple((match["types"] or "").split()),
    )


def is_model_op(op: str) -> bool:
    """Whether an operation belongs to the model of memory and schedule rather than to a function of operands."""
    dialect, _, name = op.partition(".")
    return name in MODEL_OPS.get(FILES.get(dialect, ""), "").split()

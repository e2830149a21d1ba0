"""Passes: what one is, its options as text, and where each is found by its flag.

A pass is a frozen dataclass: the fields are its options, `name` is its flag, `apply` changes the operation in place or
raises `PassFailed` with the place of what it would not touch. A pass without options is a plain subclass: each decorated
class costs a millisecond of every start. `str(pass)` is the text a pipeline holds, and `parse_pass` reads it back, so
that a schedule can be printed, stored, edited and replayed.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn, get_type_hints

from mlir import ir

from xpiler.diagnostics import PassFailed, Place
from xpiler.platforms.names import PLATFORMS


@dataclasses.dataclass(frozen=True)
class Pass:
    """One transformation of a module (or of any operation), with its options."""

    name: ClassVar[str] = ""
    tunables: ClassVar[Mapping[str, tuple[object, ...]]] = {}  # option -> values a tuner may try
    # settings that the cost model may choose without a search, each with a word that the default leaves where it matters
    alternatives: ClassVar[tuple[tuple[str, Mapping[str, object]], ...]] = ()

    def memory_bytes(self, element_bytes: int) -> dict[str, int]:
        """On-chip memory, by space, that the pass needs at least for elements of this size; for a tuner to decide before it builds."""
        return {}

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        """Change `op` in place; raise `PassFailed` where the transformation would not be legal."""
        raise NotImplementedError

    @classmethod
    def with_options(cls, options: dict[str, str]) -> Pass:
        """An instance from option text (`factor=4`); `-` and `_` are the same in an option's name."""
        fields = {field.name: field for field in dataclasses.fields(cls)}
        types = get_type_hints(cls)
        values: dict[str, Any] = {}
        for key, text in options.items():
            field = key.replace("-", "_")
            if field not in fields:
                known = ", ".join(sorted(fields)) or "none"
                raise PassFailed(f"pass '{cls.name}' has no option '{key}'", hint=f"its options: {known}")
            values[field] = _option_value(cls.name, key, text, types[field])
        missing = [f.name for f in fields.values() if _required(f) and f.name not in values]
        if missing:
            raise PassFailed(f"pass '{cls.name}' needs the option '{missing[0]}'")
        return cls(**values)

    def options(self) -> dict[str, str]:
        """The options that differ from their defaults, as text."""
        pairs = ((field, getattr(self, field.name)) for field in dataclasses.fields(self))
        return {field.name: _option_text(value) for field, value in pairs if value != field.default}

    def __str__(self) -> str:
        options = " ".join(f"{key}={text}" for key, text in self.options().items())
        return f"{self.name}{{{options}}}" if options else self.name


# Which module holds the pass of a flag. A flag in kebab-case is its file in snake_case; the folder is the room's.
_ROOMS: dict[str, tuple[str, ...]] = {
    "xpiler.transforms": (
        "normalize",
        "canonical-form",
        "index-simplify",
        "range-split",
        "loop-once",
        "branch-store",
        "branch-select",
        "float-flags",
        "loop-induction",
        "loop-normalize",
        "loop-vectorize",
        "reduction-split",
        "loop-parallel",
        "loop-turn",
        "loop-distribute",
        "loop-coalesce",
        "loop-concatenate",
        "loop-digits",
        "share-join",
        "loop-depipeline",
        "index-choice",
        "loop-order",
        "loop-chain",
        "loop-merge",
        "loop-interchange",
        "loop-initialise",
        "guard-absorb",
        "guard-hoist",
        "code-sink",
        "empty-guard",
        "fold-apart",
        "scalar-forward",
        "array-forward",
        "store-split",
        "value-keep",
        "value-anew",
        "store-roll",
        "lane-roll",
        "term-roll",
        "reduction-roll",
        "masked-term",
        "sum-difference",
        "reduction-distribute",
        "loop-roll",
        "carried-tile",
        "tile-in-place",
        "loop-trim",
        "exact-integers",
        "dead-accumulator",
        "dead-store",
        "lane-reduction",
        "reduction-flatten",
        "pair-flatten",
        "place-scan",
        "reduction-order",
        "loop-split",
        "tensorize",
        "detensorize",
        "loop-fuse",
        "loop-reorder",
        "loop-expansion",
        "loop-contraction",
        "loop-bind",
        "cache",
    ),
    "xpiler.propose.patterns": ("apply-patterns",),
    "xpiler.raising": ("raise-kernels",),
    "xpiler.lowering.simt.schedule": (
        "simt-matmul",
        "simt-wide-products",
        "simt-transpose",
        "simt-vectors",
        "simt-rows",
        "cuda-wide-fragments",
        "cuda-fragments",
    ),
    "xpiler.lowering.hip.schedule": ("hip-matrix-cores",),
    "xpiler.lowering.vnni.schedule": ("vnni-dot", "vnni-float-product", "vnni-transpose", "vnni-jam"),
    "xpiler.lowering.bang.schedule": ("bang-nram-pieces", "bang-matmul", "bang-transpose", "bang-rows"),
}
_homes: dict[str, str] = {}


def register_passes(package: str, *flags: str) -> None:
    """Says that the passes with these flags live in `package`, each in the module its flag names (in snake_case)."""
    for flag in flags:
        _homes[flag] = f"{package}.{flag.replace('-', '_')}"


for _package, _flags in _ROOMS.items():
    register_passes(_package, *_flags)


def pass_names() -> tuple[str, ...]:
    """The flags of all passes, sorted; nothing is imported."""
    return tuple(sorted(_homes))


def is_pass(flag: str) -> bool:
    """Whether `flag` names one of our passes (else it is upstream's, or nothing)."""
    return flag in _homes


def platform_of_pass(flag: str) -> str | None:
    """The one platform whose operations a pass makes; None for a pass that any target may use."""
    room = _homes[flag].split(".")
    return room[2] if room[:2] == ["xpiler", "lowering"] and room[2] in PLATFORMS else None


def pass_class(flag: str) -> type[Pass]:
    """The class behind a flag; its module is imported now."""
    if flag not in _homes:
        raise PassFailed(f"'{flag}' is not a pass of Xpiler")
    module = importlib.import_module(_homes[flag])
    return getattr(module, "".join(word.capitalize() for word in flag.split("-")) + "Pass")


def place_of(op: ir.Operation) -> Place | None:
    """Where in the user's file an operation comes from: the first file location inside its location."""
    return _file_place(op.location)


def _file_place(location: ir.Location) -> Place | None:
    if location.is_a_file():
        return Place(location.filename, location.start_line, location.start_col)
    if location.is_a_name():
        return _file_place(location.child_loc)
    if location.is_a_fused():
        return next((place for place in map(_file_place, location.locations) if place), None)
    return _file_place(location.callee) if location.is_a_callsite() else None


def refuse(op: ir.Operation, message: str, hint: str = "") -> NoReturn:
    """Ends a pass: what it was asked would not be legal at `op`."""
    raise PassFailed(message, place_of(op), hint)


def _required(field: dataclasses.Field) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _option_value(flag: str, key: str, text: str, kind: Any) -> Any:
    try:
        if kind is bool:
            return {"true": True, "false": False, "1": True, "0": False}[text]
        if kind is int:
            return int(text, 0)
        if kind is str:
            return text
        element = kind.__args__[0]
        return tuple(_option_value(flag, key, part, element) for part in text.split(",") if part)
    except (KeyError, ValueError):
        raise PassFailed(f"pass '{flag}': '{text}' is not a value of the option '{key}'") from None


def _option_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)

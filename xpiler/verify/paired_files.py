"""The launchers of two files that are compared, as far as both can be read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xpiler.diagnostics import XpilerError
from xpiler.verify import signature
from xpiler.verify.differential import Text
from xpiler.verify.pairing import pair, units
from xpiler.verify.programs import ProgramFile

if TYPE_CHECKING:
    from xpiler.verify.judgement import Called
    from xpiler.verify.signature import Callable

Sides = tuple[ProgramFile, ProgramFile]


def read_once(sides: Sides) -> Sides:
    """Both programs read; one that cannot be is left for the proof to say so."""
    return tuple(map(_read, sides))


def _read(side: ProgramFile) -> ProgramFile:
    try:
        return replace(side, loaded=side.module())
    except XpilerError:
        return side


def readable_units(sides: Sides) -> list[str]:
    """The launchers that are compared; one without a name where a program cannot be read."""
    return units(*(side.module() for side in sides)) if all(side.loaded for side in sides) else [""]


def pair_readable(sides: Sides, unit: str) -> None:
    """Chooses a launcher in both, where both can be read."""
    if all(side.loaded for side in sides):
        pair(*(side.module() for side in sides), unit)


def texts_of(sides: Sides, called: Callable | Called) -> tuple[Text, Text]:
    """Both as texts to run; the second is called by its own launcher where it has none of the name by which the first one is called."""
    source, target = sides
    return Text.of(source), Text.of(target, _other_symbol(target, called))


def _other_symbol(target: ProgramFile, called: Callable | Called) -> str:
    """The launcher that takes what the function takes, and in the same way; "" where there is none, or one of the name."""
    if target.loaded is None or called.symbol in signature.entries(target.loaded):
        return ""
    found = signature.callable_launcher(target.loaded)
    if found is None or found.convention != called.convention or _kinds(found) != _kinds(called):
        return ""
    return found.symbol


def _kinds(function: Callable | Called) -> list[tuple[bool, str]]:
    return [(p.is_pointer, p.dtype) for p in function.parameters]

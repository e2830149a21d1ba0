"""The launchers of two files that are compared, as far as both can be read."""

from __future__ import annotations

from dataclasses import replace

from xpiler.diagnostics import XpilerError
from xpiler.verify.pairing import pair, units
from xpiler.verify.programs import ProgramFile

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

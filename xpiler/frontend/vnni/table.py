"""The whole table of intrinsics, and the declaration header made from it."""

from __future__ import annotations

from functools import cache

from xpiler.frontend.vnni import arithmetic, comparison, conversion, library, lowest_lanes, memory, permutes, reduction
from xpiler.frontend.vnni.intrinsic import Intrinsic

FAMILIES = (memory, lowest_lanes, arithmetic, comparison, conversion, permutes, reduction)


@cache
def intrinsics() -> dict[str, Intrinsic]:
    """Every intrinsic by name; where two families give one name, the first holds."""
    found: dict[str, Intrinsic] = {}
    for family in FAMILIES:
        for row in family.rows():
            found.setdefault(row.name, row)
    found.update((row.name, row) for row in library.declared())
    return found

"""The whole table of intrinsics, and the declaration header made from it."""

from __future__ import annotations

from functools import cache

from xpiler.frontend.vnni import (
    arithmetic,
    bfloat16,
    comparison,
    conversion,
    estimates,
    hints,
    horizontal,
    lane_moves,
    lookups,
    lowest_lanes,
    memory,
    narrow_arithmetic,
    permutes,
    reduction,
    register_masks,
    wide_conversions,
)
from xpiler.frontend.vnni.intrinsic import Intrinsic

FAMILIES = (
    memory,
    lowest_lanes,
    arithmetic,
    comparison,
    conversion,
    permutes,
    reduction,
    lookups,
    register_masks,
    horizontal,
    narrow_arithmetic,
    estimates,
    hints,
    lane_moves,
    wide_conversions,
    bfloat16,
)


@cache
def intrinsics() -> dict[str, Intrinsic]:
    """Every intrinsic by name; where two families give one name, the first holds."""
    found: dict[str, Intrinsic] = {}
    for family in FAMILIES:
        for row in family.rows():
            found.setdefault(row.name, row)
    return found

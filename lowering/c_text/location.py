"""Places in the user's file, from MLIR locations."""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Place


def place_of(location: ir.Location) -> Place | None:
    """The first file position in a location, through names, call sites and fusions."""
    if location.is_a_file():
        return Place(location.filename, location.start_line, location.start_col)
    if location.is_a_name():
        return place_of(location.child_loc)
    if location.is_a_callsite():
        return place_of(location.callee) or place_of(location.caller)
    if location.is_a_fused():
        return next((p for part in location.locations if (p := place_of(part))), None)
    return None

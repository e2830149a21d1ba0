"""Where an operation came from: MLIR locations as places in the user's file."""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import InvalidInput, Place, Unsupported


def place_of(location: ir.Location) -> Place | None:
    """The file, line and column of a location; None where it has none."""
    if location.is_a_name():
        return place_of(location.child_loc)
    if location.is_a_callsite():
        return place_of(location.callee)
    if location.is_a_fused():
        return next((place for part in location.locations if (place := place_of(part))), None)
    if location.is_a_file():
        return Place(location.filename, location.start_line, location.start_col)
    return None


def invalid(op: ir.Operation, message: str, hint: str = "") -> InvalidInput:
    """The source is wrong at `op`."""
    return InvalidInput(message, place_of(op.location), hint)


def unsupported(op: ir.Operation, message: str, hint: str = "") -> Unsupported:
    """What the source does at `op` is not raised yet."""
    return Unsupported(message, place_of(op.location), hint)

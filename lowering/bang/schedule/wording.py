"""Names for what a schedule computes."""

from __future__ import annotations

from mlir import ir


def named(name: str, value: ir.Value) -> ir.Value:
    """The value, with a name for its variable."""
    value.owner.operation.location = ir.Location.name(name, value.owner.operation.location)
    return value

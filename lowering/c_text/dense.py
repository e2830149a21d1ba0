"""The elements of constant vectors."""

from __future__ import annotations

import re

from mlir import ir


def elements(op: ir.Operation) -> list[float | int]:
    """The numbers of a vector constant, first lane first; zeros for a value that nobody reads."""
    count = ir.VectorType(op.results[0].type).shape[0]
    if op.name == "ub.poison":
        return [0] * count
    attribute = op.attributes["value"]
    if attribute.is_splat:
        return [attribute.get_splat_value().value] * count
    try:
        return list(attribute)
    except TypeError:  # the bindings do not iterate over 16-bit floats
        return [float(n) for n in re.findall(r"[-+]?\d[\d.]*(?:[eE][-+]?\d+)?", str(attribute).split("]")[0])]

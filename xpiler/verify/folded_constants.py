"""Quotients and products of literals: one text has `1.0f / 9.0f`, the other the float that a compiler makes of it.

Over the reals the two are different numbers. Where a text has that very literal, arithmetic of literals in either is what it is in the
language: the number of the type that is nearest to its value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from mlir import ir

from xpiler.verify import signature

OPERATIONS: dict[str, Callable[..., np.floating]] = {
    "arith.divf": lambda a, b: a / b,
    "arith.mulf": lambda a, b: a * b,
    "arith.addf": lambda a, b: a + b,
    "arith.subf": lambda a, b: a - b,
    "arith.extf": lambda a: a,
    "arith.truncf": lambda a: a,
}
TYPES = {"f32": np.float32, "f64": np.float64}


def fold(*modules: ir.Module) -> None:
    """Replaces arithmetic of literals by a literal that one of the texts has."""
    literals = {key for module in modules for op in signature.inside(module.operation) if (key := _literal(op)) is not None}
    for module in modules:
        for op, number in list(_results(module)):
            if (str(op.results[0].type), number) in literals:
                with op.location, ir.InsertionPoint(op):
                    value = ir.FloatAttr.get(op.results[0].type, number)
                    made = ir.Operation.create("arith.constant", results=[op.results[0].type], attributes={"value": value})
                op.results[0].replace_all_uses_with(made.results[0])


def _literal(op: ir.Operation) -> tuple[str, float] | None:
    """Type and number of a constant, of a vector's lanes too."""
    if op.name != "arith.constant":
        return None
    attribute, kind = op.attributes["value"], op.results[0].type
    if isinstance(kind, ir.VectorType) and isinstance(attribute, ir.DenseElementsAttr) and ir.DenseElementsAttr(attribute).is_splat:
        attribute, kind = ir.DenseElementsAttr(attribute).get_splat_value(), kind.element_type
    return (str(kind), ir.FloatAttr(attribute).value) if isinstance(attribute, ir.FloatAttr) else None


def _results(module: ir.Module) -> Iterator[tuple[ir.Operation, float]]:
    """Operations on scalar literals, with what they come to."""
    for op in signature.inside(module.operation):
        number = None if op.name == "arith.constant" else _number_of(op)
        if number is not None:
            yield op, number


def _number_of(op: ir.Operation) -> float | None:
    """What an operation on literals, or on such operations, comes to (`(float)(2.0 / M_PI)`)."""
    if op.name == "arith.constant":
        literal = _literal(op)
        return None if literal is None else literal[1]
    if op.name not in OPERATIONS or str(op.results[0].type) not in TYPES:
        return None
    operands = [None if isinstance(v, ir.BlockArgument) else _number_of(v.owner.operation) for v in op.operands]
    if None in operands:
        return None
    of = TYPES[str(op.results[0].type)]
    with np.errstate(all="ignore"):
        result = float(OPERATIONS[op.name](*map(of, operands)))
    return result if np.isfinite(result) else None

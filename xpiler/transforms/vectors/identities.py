"""The identity of each reduction operator as a vector, and the operator's name in `vector.reduction`."""

from __future__ import annotations

from collections.abc import Callable

from mlir import ir
from mlir.dialects import arith

VECTOR_KIND = {
    "arith.addf": "add",
    "arith.addi": "add",
    "arith.mulf": "mul",
    "arith.muli": "mul",
    "arith.maxnumf": "maxnumf",
    "arith.minnumf": "minnumf",
    "arith.maxsi": "maxsi",
    "arith.minsi": "minsi",
    "arith.maxui": "maxui",
    "arith.minui": "minui",
    "arith.andi": "and",
    "arith.ori": "or",
    "arith.xori": "xor",
}


def _number(number: float) -> Callable[[ir.VectorType], ir.Value]:
    def build(kind: ir.VectorType) -> ir.Value:
        element = kind.element_type
        item = ir.FloatAttr.get(element, number) if not isinstance(element, ir.IntegerType) else ir.IntegerAttr.get(element, int(number))
        return arith.constant(kind, ir.DenseElementsAttr.get_splat(kind, item))

    return build


def _extreme(highest: bool) -> Callable[[ir.VectorType], ir.Value]:
    def build(kind: ir.VectorType) -> ir.Value:
        bits = ir.IntegerType(kind.element_type).width
        return _number((1 << (bits - 1)) - 1 if highest else -(1 << (bits - 1)))(kind)

    return build


IDENTITY: dict[str, Callable[[ir.VectorType], ir.Value]] = {
    "arith.addf": _number(0.0),
    "arith.addi": _number(0),
    "arith.mulf": _number(1.0),
    "arith.muli": _number(1),
    "arith.maxnumf": _number(float("-inf")),
    "arith.minnumf": _number(float("inf")),
    "arith.maxsi": _extreme(False),
    "arith.minsi": _extreme(True),
    "arith.maxui": _number(0),
    "arith.minui": _number(-1),
    "arith.andi": _number(-1),
    "arith.ori": _number(0),
    "arith.xori": _number(0),
}

"""Steps of dot products: vpdpbusd multiplies unsigned bytes of A by signed bytes of B.

Signed bytes of A are taken plus 128 (their upper bit flipped), and 128 times the sum of the bytes they meet is taken
off again. That is exact: the sums wrap on both sides alike.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.dialects.words import enum
from xpiler.transforms.vectors.lane_values import splat


def dot(acc: ir.Value, a: ir.Value, b: ir.Value) -> ir.Value:
    """`acc` plus the products of the words of `a` and `b`, by the instruction of their element type."""
    kind = enum("vnni", "dot_kind", "dpbusd" if ir.VectorType(a.type).element_type.width == 8 else "dpwssd")
    return ir.Operation.create("vnni.dot", results=[acc.type], operands=[acc, a, b], attributes={"kind": kind}).result


def flipped(signed: ir.Value) -> ir.Value:
    """Signed bytes plus 128, unsigned."""
    return arith.xori(signed, splat(ir.VectorType(signed.type), -128))


def correction_of(totals: ir.Value) -> ir.Value:
    """What to take off sums of products of flipped bytes, from the sums of the other factors."""
    return named("correction", arith.shli(totals, splat(ir.VectorType(totals.type), 7)))


def named(name: str, value: ir.Value) -> ir.Value:
    """A value under a name of its own in the output."""
    op = value.owner.operation
    op.location = ir.Location.name(name, op.location)
    return value

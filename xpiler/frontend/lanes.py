"""Lanes of vector values: static positions as attributes, others as operands."""

from __future__ import annotations

from mlir import ir

from xpiler.frontend.builder import Builder, constant_of

DYNAMIC = -(2**63)


class Lanes:
    """`vector.extract` and `vector.insert`."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder

    def extract(self, vector: ir.Value, position: ir.Value | int) -> ir.Value:
        static, dynamic = self._position(position)
        return self.builder.value("vector.extract", [vector, *dynamic], ir.VectorType(vector.type).element_type, static)

    def insert(self, scalar: ir.Value, vector: ir.Value, position: ir.Value | int) -> ir.Value:
        static, dynamic = self._position(position)
        return self.builder.value("vector.insert", [scalar, vector, *dynamic], vector.type, static)

    def build(self, scalars: list[ir.Value], kind: ir.Type) -> ir.Value:
        """A vector of given lanes."""
        return self.builder.value("vector.from_elements", scalars, kind)

    def _position(self, position: ir.Value | int) -> tuple[dict[str, ir.Attribute], list[ir.Value]]:
        known = position if isinstance(position, int) else constant_of(position)
        static = DYNAMIC if known is None else int(known)
        dynamic = [position] if known is None and isinstance(position, ir.Value) else []
        return {"static_position": ir.DenseI64ArrayAttr.get([static])}, dynamic

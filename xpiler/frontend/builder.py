"""Making operations: one insertion block at a time, a location for each, and the least of folding.

Only what the reader itself must know is folded: constants that decide control flow, additions of zero to an
offset, and conversions of literals. Everything else is left as the source says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from mlir import ir

from xpiler.frontend.c_types import CType, Float

Attributes = dict[str, ir.Attribute]


class Builder:
    """Creates operations at the end of the current block."""

    def __init__(self, context: ir.Context, file: str) -> None:
        self.context = context
        self.location = ir.Location.file(file, 1, 1, context=context)
        self.block: ir.Block | None = None
        self._insertion: ir.InsertionPoint | None = None
        self._entry: ir.Block | None = None
        self._booleans: dict[bool, ir.Value] = {}

    def enter(self, entry: ir.Block) -> None:
        """Begins a function, whose entry block holds what is made once."""
        self._entry, self._booleans = entry, {}

    @contextmanager
    def at(self, block: ir.Block) -> Iterator[None]:
        """Makes `block` the place where operations go."""
        before = (self.block, self._insertion)
        self.block, self._insertion = block, ir.InsertionPoint(block)
        try:
            yield
        finally:
            self.block, self._insertion = before

    @contextmanager
    def located(self, location: ir.Location) -> Iterator[None]:
        """Gives the operations made inside a location."""
        before, self.location = self.location, location
        try:
            yield
        finally:
            self.location = before

    def op(
        self,
        name: str,
        operands: Sequence[ir.Value] = (),
        results: Sequence[ir.Type] = (),
        attributes: Attributes | None = None,
        regions: int = 0,
    ) -> ir.Operation:
        """Creates an operation by name."""
        return ir.Operation.create(
            name,
            results=list(results),
            operands=list(operands),
            attributes=attributes or {},
            regions=regions,
            loc=self.location,
            ip=self._insertion,
        )

    def value(self, name: str, operands: Sequence[ir.Value], result: ir.Type, attributes: Attributes | None = None) -> ir.Value:
        """Creates an operation with one result, and gives the result."""
        return self.op(name, operands, [result], attributes).results[0]

    def constant(self, value: int | float, kind: ir.Type) -> ir.Value:
        """A constant of any scalar type."""
        if isinstance(kind, (ir.IntegerType, ir.IndexType)):
            value = int(value)
            if isinstance(kind, ir.IntegerType):
                value = wrapped(value, kind.width)
            attribute: ir.Attribute = ir.IntegerAttr.get(kind, value)
        else:
            attribute = ir.FloatAttr.get(kind, float(value), loc=self.location)
        return self.value("arith.constant", [], kind, {"value": attribute})

    def index(self, value: int) -> ir.Value:
        return self.constant(value, ir.IndexType.get(self.context))

    def boolean(self, value: bool) -> ir.Value:
        """A condition that is known; one operation a function, so that it leaves branches empty that do nothing."""
        value = bool(value)
        if value not in self._booleans:
            assert self._entry is not None
            before, self._insertion = self._insertion, ir.InsertionPoint.at_block_begin(self._entry)
            self._booleans[value] = self.constant(int(value), ir.IntegerType.get_signless(1, self.context))
            self._insertion = before
        return self._booleans[value]

    def poison(self, kind: ir.Type) -> ir.Value:
        """The value of what was never assigned."""
        return self.value("ub.poison", [], kind, {"value": ir.Attribute.parse("#ub.poison", self.context)})

    def add_index(self, left: ir.Value | None, right: ir.Value | None) -> ir.Value | None:
        """The sum of two offsets, None standing for zero."""
        if left is None or constant_of(left) == 0:
            return right
        if right is None or constant_of(right) == 0:
            return left
        return self.value("arith.addi", [left, right], left.type)

    def scale_index(self, value: ir.Value | None, factor: int) -> ir.Value | None:
        """An offset in units of `factor`."""
        if value is None or factor == 1:
            return value
        known = constant_of(value)
        if known is not None:
            return self.index(int(known) * factor)
        return self.value("arith.muli", [value, self.index(factor)], value.type)

    def zero(self, ctype: CType) -> ir.Value:
        """The value C initialises with by default."""
        kind = ctype.mlir()
        if isinstance(kind, ir.VectorType):
            scalar = ctype.element.mlir()  # type: ignore[attr-defined]
            item = ir.FloatAttr.get(scalar, 0.0, loc=self.location) if isinstance(ctype.element, Float) else ir.IntegerAttr.get(scalar, 0)  # type: ignore[attr-defined]
            return self.value("arith.constant", [], kind, {"value": ir.DenseElementsAttr.get_splat(kind, item)})
        return self.constant(0, kind)


def wrapped(value: int, width: int) -> int:
    """A number as two's complement of some width, signed (an i1 is 0 or 1)."""
    value &= (1 << width) - 1
    if width > 1 and value >> (width - 1):
        value -= 1 << width
    return value


def constant_of(value: ir.Value) -> int | float | None:
    """The number a value is, where its operation is a scalar constant."""
    owner = value.owner
    if isinstance(owner, ir.Block) or owner.operation.name != "arith.constant":
        return None
    attribute = owner.attributes["value"]
    if isinstance(attribute, ir.BoolAttr):
        return int(attribute.value)
    if isinstance(attribute, ir.IntegerAttr):
        return attribute.value
    return attribute.value if isinstance(attribute, ir.FloatAttr) else None

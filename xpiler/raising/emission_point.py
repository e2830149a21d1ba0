"""Making operations: a place in a block, a location, and arithmetic that folds constants on the way."""

from __future__ import annotations

from collections.abc import Sequence

from mlir import ir

from xpiler.raising.structure import constant_value


class EmissionPoint:
    """Creates operations at one insertion point. Integer results are folded where both operands are constants."""

    def __init__(self, at: ir.InsertionPoint, location: ir.Location):
        self.at = at
        self.location = location
        self._constants: dict[tuple[int, str], ir.Value] = {}

    def op(
        self, name: str, results: Sequence[ir.Type] = (), operands: Sequence[ir.Value] = (), regions: int = 0, **attributes: ir.Attribute
    ) -> ir.Operation:
        """Any operation."""
        return ir.Operation.create(
            name,
            results=list(results),
            operands=list(operands),
            attributes=attributes,
            regions=regions,
            loc=self.location,
            ip=self.at,
        ).operation

    def value(self, name: str, type_: ir.Type, *operands: ir.Value, **attributes: ir.Attribute) -> ir.Value:
        """The one result of an operation."""
        return self.op(name, [type_], operands, **attributes).results[0]

    @property
    def index(self) -> ir.Type:
        return ir.IndexType.get(self.location.context)

    def integer_type(self, width: int) -> ir.Type:
        return ir.IntegerType.get_signless(width, self.location.context)

    def constant(self, value: int, type_: ir.Type | None = None) -> ir.Value:
        """An integer constant, `index` unless a type is given; one operation for each value and point."""
        type_ = type_ or self.index
        key = (value, str(type_))
        if key not in self._constants:
            self._constants[key] = self.value("arith.constant", type_, value=ir.IntegerAttr.get(type_, value))
        return self._constants[key]

    def float_constant(self, value: float, type_: ir.Type) -> ir.Value:
        return self.value("arith.constant", type_, value=ir.FloatAttr.get(type_, value, loc=self.location))

    def add(self, left: ir.Value, right: ir.Value) -> ir.Value:
        return self._folded("arith.addi", left, right, lambda a, b: a + b, neutral=0)

    def sub(self, left: ir.Value, right: ir.Value) -> ir.Value:
        return self._folded("arith.subi", left, right, lambda a, b: a - b, neutral=0, commutes=False)

    def mul(self, left: ir.Value, right: ir.Value) -> ir.Value:
        return self._folded("arith.muli", left, right, lambda a, b: a * b, neutral=1)

    def floor_div(self, left: ir.Value, right: ir.Value) -> ir.Value:
        """Division of values that are not negative."""
        return self._folded("arith.divui", left, right, lambda a, b: a // b, neutral=1, commutes=False)

    def ceil_div(self, left: ir.Value, right: ir.Value) -> ir.Value:
        """Division of values that are not negative, rounded up."""
        return self._folded("arith.ceildivui", left, right, lambda a, b: -(-a // b), neutral=1, commutes=False)

    def rem(self, left: ir.Value, right: ir.Value) -> ir.Value:
        """The remainder of values that are not negative."""
        if constant_value(right) == 1:
            return self.constant(0, left.type)
        return self._folded("arith.remui", left, right, lambda a, b: a % b)

    def compare(self, predicate: str, left: ir.Value, right: ir.Value) -> ir.Value:
        number = ("eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge").index(predicate)
        return self.value("arith.cmpi", self.integer_type(1), left, right, predicate=ir.IntegerAttr.get(self.integer_type(64), number))

    def select(self, condition: ir.Value, true: ir.Value, false: ir.Value) -> ir.Value:
        return self.value("arith.select", true.type, condition, true, false)

    def cast(self, value: ir.Value, type_: ir.Type, *, unsigned: bool = False) -> ir.Value:
        """`value` as `type_`, through `arith.index_cast`; no operation where the type is right already."""
        if value.type == type_:
            return value
        constant = constant_value(value)
        if constant is not None:
            return self.constant(constant, type_)
        return self.value("arith.index_castui" if unsigned else "arith.index_cast", type_, value)

    def load(self, memref: ir.Value, indices: Sequence[ir.Value]) -> ir.Value:
        return self.value("memref.load", memref.type.element_type, memref, *indices)

    def store(self, value: ir.Value, memref: ir.Value, indices: Sequence[ir.Value]) -> None:
        self.op("memref.store", [], [value, memref, *indices])

    def alloca(self, shape: Sequence[ir.Value | int], element: ir.Type) -> ir.Value:
        """A buffer in the default space; a size that is no constant is a dynamic dimension."""
        sizes = [size if isinstance(size, int) else constant_value(size) for size in shape]
        dynamic = [self.cast(value, self.index) for value, size in zip(shape, sizes, strict=True) if size is None]
        kept = [ir.ShapedType.get_dynamic_size() if size is None else size for size in sizes]
        type_ = ir.MemRefType.get(kept, element, loc=self.location)
        segments = ir.DenseI32ArrayAttr.get([len(dynamic), 0], self.location.context)
        return self.value("memref.alloca", type_, *dynamic, operandSegmentSizes=segments)

    def forall(self, bounds: Sequence[ir.Value]) -> tuple[EmissionPoint, list[ir.Value]]:
        """A parallel loop from zero to `bounds`; the point inside it and its induction variables."""
        bounds = [self.cast(bound, self.index) for bound in bounds]
        sizes = [constant_value(bound) for bound in bounds]
        dynamic = [bound for bound, size in zip(bounds, sizes, strict=True) if size is None]
        unknown = ir.ShapedType.get_dynamic_size()
        loop = self.op(
            "scf.forall",
            [],
            dynamic,
            regions=1,
            staticLowerBound=ir.DenseI64ArrayAttr.get([0] * len(bounds), self.location.context),
            staticUpperBound=ir.DenseI64ArrayAttr.get([unknown if size is None else size for size in sizes], self.location.context),
            staticStep=ir.DenseI64ArrayAttr.get([1] * len(bounds), self.location.context),
            operandSegmentSizes=ir.DenseI32ArrayAttr.get([0, len(dynamic), 0, 0], self.location.context),
        )
        block = loop.regions[0].blocks.append(*[self.index] * len(bounds), arg_locs=[self.location] * len(bounds))
        end = ir.Operation.create("scf.forall.in_parallel", regions=1, loc=self.location, ip=ir.InsertionPoint(block))
        end.regions[0].blocks.append()
        return EmissionPoint(ir.InsertionPoint.at_block_terminator(block), self.location), list(block.arguments)

    def loop(self, bound: ir.Value, initial: Sequence[ir.Value] = ()) -> tuple[EmissionPoint, ir.Operation]:
        """A sequential loop from zero to `bound`, carrying `initial`; with values carried the caller ends the body by `finish`."""
        bound = self.cast(bound, self.index)
        operands = [self.constant(0), bound, self.constant(1), *initial]
        loop = self.op("scf.for", [value.type for value in initial], operands, regions=1)
        types = [self.index, *(value.type for value in initial)]
        block = loop.regions[0].blocks.append(*types, arg_locs=[self.location] * len(types))
        if initial:
            return EmissionPoint(ir.InsertionPoint(block), self.location), loop
        ir.Operation.create("scf.yield", loc=self.location, ip=ir.InsertionPoint(block))
        return EmissionPoint(ir.InsertionPoint.at_block_terminator(block), self.location), loop

    def finish(self, values: Sequence[ir.Value] = ()) -> None:
        """The `scf.yield` that ends the body."""
        self.op("scf.yield", [], values)

    def branch(self, condition: ir.Value) -> EmissionPoint:
        """The point inside an `scf.if` without results."""
        choice = self.op("scf.if", [], [condition], regions=2)
        block = choice.regions[0].blocks.append()
        ir.Operation.create("scf.yield", loc=self.location, ip=ir.InsertionPoint(block))
        return EmissionPoint(ir.InsertionPoint.at_block_terminator(block), self.location)

    def _folded(self, name, left, right, fold, *, neutral=None, commutes=True) -> ir.Value:
        a, b = constant_value(left), constant_value(right)
        if a is not None and b is not None:
            return self.constant(fold(a, b), left.type)
        if neutral is not None and b == neutral:
            return left
        if commutes and neutral is not None and a == neutral:
            return right
        return self.value(name, left.type, left, right)

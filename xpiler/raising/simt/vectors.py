"""Vectors of a thread (float4, half2, a matrix core's registers) become scalars.

The kernel is rebuilt with one value for each lane of a vector, through loops and branches. A loop that picks lanes by
its variable is unrolled. What stays a vector are the operands of matrix instructions, put together just before them.
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import unsupported
from xpiler.raising.simt.platform_ops import simt_name
from xpiler.raising.simt.vector_ops import LANE_OPS, picks_lanes_by
from xpiler.raising.structure import entry, evaluated_constant, operations, walk

MAX_UNROLLED = 64


def scalarize_vectors(kernel: ir.Operation) -> ir.Operation:
    """The kernel with scalars for vectors, in its place; the kernel itself where it has none."""
    if not any(isinstance(value.type, ir.VectorType) for op in walk(kernel) for value in op.results):
        return kernel
    return _Scalarisation(kernel).run()


class _Scalarisation:
    def __init__(self, kernel: ir.Operation):
        self.kernel = kernel
        self.lanes: dict[ir.Value, list[ir.Value]] = {}

    def run(self) -> ir.Operation:
        attributes = {name: self.kernel.attributes[name] for name in self.kernel.attributes}
        location, source = self.kernel.location, entry(self.kernel)
        new = ir.Operation.create("func.func", attributes=attributes, regions=1, loc=location, ip=ir.InsertionPoint(self.kernel)).operation
        types = [argument.type for argument in source.arguments]
        block = new.regions[0].blocks.append(*types, arg_locs=[argument.location for argument in source.arguments])
        self.lanes.update((old, [value]) for old, value in zip(source.arguments, block.arguments, strict=True))
        self._block(source, block)
        self.kernel.erase()
        return new

    def of(self, value: ir.Value) -> list[ir.Value]:
        """The scalars that stand for a value of the source."""
        return self.lanes[value]

    def flat(self, values) -> list[ir.Value]:
        return [lane for value in values for lane in self.of(value)]

    def _block(self, source: ir.Block, target: ir.Block) -> None:
        for op in operations(source):
            self._op(op, EmissionPoint(ir.InsertionPoint(target), op.location))

    def _op(self, op: ir.Operation, emit: EmissionPoint) -> None:
        has_vectors = any(isinstance(value.type, ir.VectorType) for value in (*op.operands, *op.results))
        if op.name == "scf.for" and picks_lanes_by(op):
            self._unrolled(op, emit)
        elif len(op.regions) > 0:
            self._structured(op, emit)
        elif simt_name(op) == "mfma":
            self._matrix_instruction(op, emit)
        elif op.name in LANE_OPS:
            self.lanes[op.results[0]] = LANE_OPS[op.name](emit, op, [self.of(operand) for operand in op.operands])
        elif op.name == "vector.store":
            self._vector_store(op, emit)
        elif has_vectors and op.name.partition(".")[0] not in ("arith", "math", "scf", "cuda", "hip"):
            raise unsupported(op, f"'{op.name}' on a vector")
        elif has_vectors and not op.name.startswith("scf."):
            self._elementwise(op, emit)
        else:
            self._copy(op, emit, self.flat(op.operands))

    def _copy(self, op: ir.Operation, emit: EmissionPoint, operands: list[ir.Value]) -> None:
        new = emit.op(op.name, [result.type for result in op.results], operands, **_attributes(op))
        self.lanes.update((old, [value]) for old, value in zip(op.results, new.results, strict=True))

    def _elementwise(self, op: ir.Operation, emit: EmissionPoint) -> None:
        """One operation for each lane; a scalar operand is the same for all."""
        count = max(len(self.of(operand)) for operand in op.operands)
        type_ = op.results[0].type.element_type
        rows = [lanes * count if len(lanes) == 1 else lanes for lanes in (self.of(operand) for operand in op.operands)]
        self.lanes[op.results[0]] = [emit.op(op.name, [type_], column, **_attributes(op)).results[0] for column in zip(*rows, strict=True)]

    def _structured(self, op: ir.Operation, emit: EmissionPoint) -> None:
        types = [type_ for result in op.results for type_ in _scalar_types(result.type)]
        new = emit.op(op.name, types, self.flat(op.operands), regions=len(op.regions), **_attributes(op))
        for region, source_region in zip(new.regions, op.regions, strict=True):
            for source in source_region.blocks:
                types = [type_ for argument in source.arguments for type_ in _scalar_types(argument.type)]
                block = region.blocks.append(*types, arg_locs=[op.location] * len(types))
                self._spread(source.arguments, list(block.arguments))
                self._block(source, block)
        self._spread(op.results, list(new.results))

    def _spread(self, sources, values: list[ir.Value]) -> None:
        for source in sources:
            count = len(_scalar_types(source.type))
            self.lanes[source], values = values[:count], values[count:]

    def _unrolled(self, op: ir.Operation, emit: EmissionPoint) -> None:
        """The turns of a loop one after the other, its variable a constant in each."""
        bounds = [evaluated_constant(lanes[0]) for lanes in (self.of(value) for value in list(op.operands)[:3])]
        if None in bounds or len(range(*bounds)) > MAX_UNROLLED:
            raise unsupported(op, "a vector's lane picked by the variable of a loop whose trip count is not a small constant")
        body = op.regions[0].blocks[0]
        variable, *carried = list(body.arguments)
        values = [self.of(value) for value in list(op.operands)[3:]]
        for turn in range(*bounds):
            self.lanes[variable] = [emit.constant(turn, variable.type)]
            self.lanes.update(zip(carried, values, strict=True))
            for inner in operations(body)[:-1]:
                self._op(inner, EmissionPoint(emit.at, inner.location))
            values = [self.of(value) for value in operations(body)[-1].operands]
        self.lanes.update(zip(op.results, values, strict=True))

    def _vector_store(self, op: ir.Operation, emit: EmissionPoint) -> None:
        lanes, base = self.of(op.operands[0]), self.of(op.operands[1])[0]
        *outer, inner = self.flat(list(op.operands)[2:])
        for position, lane in enumerate(lanes):
            emit.store(lane, base, [*outer, emit.add(inner, emit.constant(position))])

    def _matrix_instruction(self, op: ir.Operation, emit: EmissionPoint) -> None:
        operands = [_vector(emit, operand.type, self.of(operand)) for operand in op.operands]
        result = emit.op(op.name, [op.results[0].type], operands, **_attributes(op)).results[0]
        if not isinstance(result.type, ir.VectorType):
            self.lanes[op.results[0]] = [result]
            return
        lanes = range(result.type.shape[0])
        type_ = result.type.element_type
        self.lanes[op.results[0]] = [
            emit.value("vector.extract", type_, result, static_position=ir.DenseI64ArrayAttr.get([lane])) for lane in lanes
        ]


def _vector(emit: EmissionPoint, type_: ir.Type, lanes: list[ir.Value]) -> ir.Value:
    return emit.value("vector.from_elements", type_, *lanes) if isinstance(type_, ir.VectorType) else lanes[0]


def _attributes(op: ir.Operation) -> dict[str, ir.Attribute]:
    return {name: op.attributes[name] for name in op.attributes}


def _scalar_types(type_: ir.Type) -> list[ir.Type]:
    """A vector's element type once for each lane."""
    if not isinstance(type_, ir.VectorType):
        return [type_]
    count = 1
    for size in type_.shape:
        count *= size
    return [type_.element_type] * count

"""Matrix fragments: a warp's tile in memory instead of registers spread over its lanes.

How lanes hold a fragment is the platform's secret, so a fragment is the matrix it stands for: an M x N array of the
warp. Loads, stores and products are loops over it. A product of half precision is exact in f32, sums are made there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import unsupported
from xpiler.raising.simt.platform_ops import simt_name, word
from xpiler.raising.structure import constant_value


@dataclass(frozen=True)
class FragmentShape:
    """What a fragment type says: its matrix, its element type and, for operands, the layout it is loaded in."""

    rows: int
    columns: int
    element: str
    layout: str

    @staticmethod
    def of(type_: ir.Type) -> FragmentShape:
        role, m, n, k, element, layout = re.search(r"<(\w+), (\d+)x(\d+)x(\d+), (\w+)(?:, (\w+))?>", str(type_)).groups()
        rows = k if role == "b" else m
        columns = k if role == "a" else n
        return FragmentShape(int(rows), int(columns), element, layout or "")

    def element_type(self, context: ir.Context) -> ir.Type:
        return ir.Type.parse(self.element, context)


@dataclass(frozen=True)
class Tile:
    """A matrix in an array: the leading subscripts of the warp that holds it, then row and column."""

    array: ir.Value
    prefix: tuple[ir.Value, ...]
    shape: FragmentShape

    def load(self, emit: EmissionPoint, row: ir.Value, column: ir.Value) -> ir.Value:
        return emit.load(self.array, [*self.prefix, row, column])

    def store(self, emit: EmissionPoint, value: ir.Value, row: ir.Value, column: ir.Value) -> None:
        emit.store(value, self.array, [*self.prefix, row, column])

    def each(self, emit: EmissionPoint) -> tuple[EmissionPoint, ir.Value, ir.Value]:
        """A parallel loop over the elements."""
        inside, (row, column) = emit.forall([emit.constant(self.shape.rows), emit.constant(self.shape.columns)])
        return inside, row, column


def copy_tile(emit: EmissionPoint, source: Tile, target: Tile) -> None:
    """One tile into another."""
    if source.array != target.array or source.prefix != target.prefix:
        inside, row, column = target.each(emit)
        target.store(inside, source.load(inside, row, column), row, column)


def meet_fragment(fission, op: ir.Operation) -> None:
    """A fragment operation at the level of a warp."""
    fission.flush()
    if fission.predicates:
        raise unsupported(op, "a matrix fragment under a condition that differs between the lanes of a warp")
    handler = {
        "fragment_fill": _fill,
        "fragment_load": _load,
        "fragment_store": _store,
        "fragment_mma": _product,
        "memref.load": _load_element,
        "memref.store": _store_element,
    }.get(simt_name(op) or op.name)
    if handler is None:
        raise unsupported(op, f"'{op.name}' by position: which elements a lane holds is not defined", "loop over all num_elements")
    handler(fission, op)


def _new_tile(fission, op: ir.Operation) -> Tile:
    """The tile of the operation's result: the loop's own where it ends there, else a new one."""
    result = op.results[0]
    slot = fission.carried_slot(result, op) or fission.new_slot(result.type)
    fission.places[result] = slot
    return fission.tile(result)


def _fill(fission, op: ir.Operation) -> None:
    if op.operands[0] not in fission.uniform.values:
        raise unsupported(op, "a fragment filled with a value that differs between lanes")
    value = fission.values.value(op.operands[0], fission.emit)
    tile = _new_tile(fission, op)
    inside, row, column = tile.each(fission.emit)
    tile.store(inside, value, row, column)


def _load(fission, op: ir.Operation) -> None:
    tile = _new_tile(fission, op)
    memory = _Memory(fission, op, op.operands[0], list(op.operands)[1:-1], op.operands[len(op.operands) - 1])
    inside, row, column = tile.each(fission.emit)
    tile.store(inside, inside.load(memory.base, memory.subscripts(inside, row, column)), row, column)


def _store(fission, op: ir.Operation) -> None:
    tile = fission.tile(op.operands[0])
    memory = _Memory(fission, op, op.operands[1], list(op.operands)[2:-1], op.operands[len(op.operands) - 1])
    inside, row, column = tile.each(fission.emit)
    inside.store(tile.load(inside, row, column), memory.base, memory.subscripts(inside, row, column))


class _Memory:
    """The matrix in memory that a fragment is loaded from or stored to."""

    def __init__(self, fission, op: ir.Operation, base: ir.Value, indices: list[ir.Value], stride: ir.Value):
        for value in (base, *indices, stride):
            if value not in fission.uniform.values:
                raise unsupported(op, "a fragment whose address differs between the lanes of the warp")
        emit = fission.emit
        self.base = fission.values.value(base, emit)
        self.indices = [fission.values.value(index, emit) for index in indices]
        self.stride = emit.cast(fission.values.value(stride, emit), emit.index)
        layout = word(op, "layout") if "layout" in op.attributes else FragmentShape.of(op.results[0].type).layout
        self.by_column = layout == "col"

    def subscripts(self, emit: EmissionPoint, row: ir.Value, column: ir.Value) -> list[ir.Value]:
        """Where an element of the matrix lies."""
        outer, inner = (column, row) if self.by_column else (row, column)
        sizes = list(self.base.type.shape)
        if len(sizes) == 2 and constant_value(self.stride) == sizes[1]:
            return [emit.add(self.indices[0], outer), emit.add(self.indices[1], inner)]
        linear = emit.add(emit.add(self._start(emit, sizes), emit.mul(outer, self.stride)), inner)
        if len(sizes) == 1:
            return [linear]
        width = emit.constant(sizes[1])
        return [emit.floor_div(linear, width), emit.rem(linear, width)]

    def _start(self, emit: EmissionPoint, sizes: list[int]) -> ir.Value:
        if len(sizes) == 1:
            return self.indices[0]
        return emit.add(emit.mul(self.indices[0], emit.constant(sizes[1])), self.indices[1])


def _product(fission, op: ir.Operation) -> None:
    left, right, addend = (fission.tile(operand) for operand in op.operands)
    result = _new_tile(fission, op)
    inside, row, column = result.each(fission.emit)
    emit_product(inside, left, right, addend, result, row, column)


def emit_product(emit, left: Tile, right: Tile, addend: Tile, result: Tile, row: ir.Value, column: ir.Value) -> None:
    """One element of `left * right + addend`."""
    kept = result.shape.element_type(emit.location.context)
    wide = ir.F32Type.get(emit.location.context) if kept in (ir.F16Type.get(), ir.BF16Type.get()) else kept
    body, loop = emit.loop(emit.constant(left.shape.columns), [convert(emit, addend.load(emit, row, column), wide)])
    k, total = loop.regions[0].blocks[0].arguments
    a = convert(body, left.load(body, row, k), wide)
    b = convert(body, right.load(body, k, column), wide)
    real = not isinstance(wide, ir.IntegerType)
    product = body.value("arith.mulf" if real else "arith.muli", wide, a, b)
    body.finish([body.value("arith.addf" if real else "arith.addi", wide, total, product)])
    result.store(emit, convert(emit, loop.results[0], kept), row, column)


def convert(emit: EmissionPoint, value: ir.Value, type_: ir.Type) -> ir.Value:
    """A number in a wider or narrower type of its kind; signed where integers widen."""
    if value.type == type_:
        return value
    if isinstance(type_, ir.IntegerType):
        return emit.value("arith.extsi" if type_.width > value.type.width else "arith.trunci", type_, value)
    return emit.value("arith.extf" if type_.width > value.type.width else "arith.truncf", type_, value)


def _load_element(fission, op: ir.Operation) -> None:
    """A fragment out of a thread's array of fragments."""
    copy_tile(fission.emit, _element(fission, op, op.operands[0], list(op.operands)[1:]), _new_tile(fission, op))


def _store_element(fission, op: ir.Operation) -> None:
    copy_tile(fission.emit, fission.tile(op.operands[0]), _element(fission, op, op.operands[1], list(op.operands)[2:]))


def _element(fission, op: ir.Operation, array: ir.Value, indices: list[ir.Value]) -> Tile:
    if not all(index in fission.uniform.values for index in indices):
        raise unsupported(op, "a fragment of an array, by a subscript that differs between lanes")
    tile = fission.tile(array)
    return Tile(tile.array, (*tile.prefix, *(fission.values.value(index, fission.emit) for index in indices)), tile.shape)

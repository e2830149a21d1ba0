"""AMD's matrix cores: registers of a wave's 64 lanes are gathered into matrices, multiplied, and given back.

Which lane holds which element is the table of simt.md, section 1d. A `single` product spreads K over the lanes; a
multi-block one has 64/M independent products with all of K in each lane.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import unsupported
from xpiler.raising.simt.value_places import Leaf, Slot
from xpiler.raising.structure import definition, users

WAVE = 64
PACKED_BITS = 8


@dataclass(frozen=True)
class Product:
    """One builtin: a square M x M result, K, elements of A and B in each lane, and the result's type."""

    side: int
    depth: int
    per_lane: int
    double: bool

    @staticmethod
    def of(op: ir.Operation) -> Product:
        kind = ir.StringAttr(op.attributes["kind"]).value
        match = re.fullmatch(r"(f32|i32|f64)_(\d+)x(\d+)x(\d+)_?(f32|f16|bf16|bf16_1k|i8|f64)", kind)
        if match is None or any(ir.IntegerAttr(op.attributes[flag]).value for flag in ("cbsz", "abid", "blgp") if flag in op.attributes):
            raise unsupported(op, f"the matrix instruction '{kind}' with these modifiers")
        result, side, other, depth, source = match.groups()
        operand = op.operands[0].type
        lanes = operand.shape[0] if isinstance(operand, ir.VectorType) else 1
        per_lane = lanes * (_scalar(operand).width // PACKED_BITS if source == "i8" else 1)
        product = Product(int(side), int(depth), per_lane, result == "f64")
        if side != other or (product.depth != product.per_lane and product.depth != product.per_lane * WAVE // product.side):
            raise unsupported(op, f"the matrix instruction '{kind}'")
        if product.double and product.blocks > 1:
            raise unsupported(op, f"the matrix instruction '{kind}'")
        return product

    @property
    def blocks(self) -> int:
        """Independent products of the instruction."""
        return 1 if self.depth == self.per_lane * WAVE // self.side else WAVE // self.side


def _scalar(type_: ir.Type) -> ir.Type:
    return type_.element_type if isinstance(type_, ir.VectorType) else type_


@dataclass(frozen=True)
class OperandElement:
    """Where register `register` of a lane lies in A (row, k) or, for `transposed`, in B (k, column)."""

    product: Product
    register: int
    registers: int
    transposed: bool

    def indices(self, leaf: Leaf) -> list[ir.Value]:
        emit, side = leaf.emit, leaf.emit.constant(self.product.side)
        outer = emit.rem(leaf.lane, side)
        group = emit.floor_div(leaf.lane, side)
        register = emit.constant(self.register)
        if self.product.blocks == 1:
            inner = emit.add(emit.mul(group, emit.constant(self.registers)), register)
            return [inner, outer] if self.transposed else [outer, inner]
        return [group, register, outer] if self.transposed else [group, outer, register]


@dataclass(frozen=True)
class ResultElement:
    """Where register `register` of a lane lies in C and D (row, column)."""

    product: Product
    register: int

    def indices(self, leaf: Leaf) -> list[ir.Value]:
        emit, r, side = leaf.emit, self.register, self.product.side
        column = emit.rem(leaf.lane, emit.constant(side))
        group = emit.floor_div(leaf.lane, emit.constant(side))
        if self.product.double:
            return [emit.add(emit.constant(4 * r), group), column]
        if side == 4:
            return [group, emit.constant(r), column]
        four = emit.mul(group, emit.constant(4))
        within = r % 4 + 8 * (r // 4 % 4) if side == 32 else r % 4
        row = emit.add(four, emit.constant(within))
        if self.product.blocks == 1:
            return [row, column]
        return [emit.constant(r // (16 if side == 32 else 4)), row, column]


def meet_mfma(fission, op: ir.Operation) -> None:
    """Gather the operands, multiply, and let the result's registers be elements of the product."""
    if fission.group.lanes != WAVE or fission.predicates or not fission.group.block.has_whole_warps():
        raise unsupported(op, "a matrix instruction that not all 64 lanes of a wave take part in")
    product = Product.of(op)
    left, right, total = (_Matrix(fission, op, product, position) for position in range(3))
    for matrix in (left, right, total):
        fission.store(list(zip(matrix.slots, matrix.values, strict=True)), matrix.user)
    fission.flush()
    _multiply(fission.emit, product, left, right, total)
    _place_results(fission, op, total)


class _Matrix:
    """An operand as a matrix of the wave: its array, and the slot of each register."""

    def __init__(self, fission, op: ir.Operation, product: Product, position: int):
        self.values = _registers(op, op.operands[position])
        self.user = op if self.values == [op.operands[position]] else definition(op.operands[position])
        count, side = len(self.values), product.side
        depth = count if product.blocks > 1 else count * WAVE // side
        shape = {0: [side, depth], 1: [depth, side], 2: [side, side]}[position]
        blocks = [product.blocks] if product.blocks > 1 else []
        self.array = fission.emit.alloca([*blocks, *shape], self.values[0].type)
        self.slots = [Slot(self.array, self._element(product, position, register, count)) for register in range(count)]

    @staticmethod
    def _element(product: Product, position: int, register: int, count: int):
        if position == 2:
            return ResultElement(product, register)
        return OperandElement(product, register, count, position == 1)


def _registers(op: ir.Operation, value: ir.Value) -> list[ir.Value]:
    """The scalars of a vector operand."""
    if not isinstance(value.type, ir.VectorType):
        return [value]
    source = definition(value)
    if source is None or source.name != "vector.from_elements":
        raise unsupported(op, "a matrix instruction whose operand is not known element by element")
    return list(source.operands)


def _place_results(fission, op: ir.Operation, total: _Matrix) -> None:
    result = op.results[0]
    if not isinstance(result.type, ir.VectorType):
        fission.places[result] = total.slots[0]
        return
    for user in users(result):
        position = next(iter(ir.DenseI64ArrayAttr(user.attributes["static_position"])))
        fission.places[user.results[0]] = total.slots[position]
    fission.places[result] = total.slots[0]


def _multiply(emit: EmissionPoint, product: Product, left: _Matrix, right: _Matrix, total: _Matrix) -> None:
    """D = A B + C over all blocks, in place of C."""
    bounds = ([product.blocks] if product.blocks > 1 else []) + [product.side, product.side]
    inside, variables = emit.forall([emit.constant(bound) for bound in bounds])
    *block, row, column = variables
    start = inside.load(total.array, [*block, row, column])
    body, loop = inside.loop(inside.constant(product.depth), [start])
    k, carried = loop.regions[0].blocks[0].arguments
    a = _element(body, left.array, lambda inner: [*block, row, inner], k, start.type)
    b = _element(body, right.array, lambda inner: [*block, inner, column], k, start.type)
    integer = isinstance(start.type, ir.IntegerType)
    multiplied = body.value("arith.muli" if integer else "arith.mulf", start.type, a, b)
    body.finish([body.value("arith.addi" if integer else "arith.addf", start.type, carried, multiplied)])
    inside.store(loop.results[0], total.array, [*block, row, column])


def _element(emit: EmissionPoint, array: ir.Value, subscripts, k: ir.Value, type_: ir.Type) -> ir.Value:
    """Element k of a row or column, in the type of the sum; integers come packed, eight bits each."""
    stored = array.type.element_type
    if isinstance(type_, ir.IntegerType):
        packed = stored.width // PACKED_BITS
        word = emit.load(array, subscripts(emit.floor_div(k, emit.constant(packed))))
        shift = emit.mul(emit.rem(k, emit.constant(packed)), emit.constant(PACKED_BITS))
        shifted = emit.value("arith.shrui", stored, word, emit.cast(shift, stored))
        return emit.value("arith.extsi", type_, emit.value("arith.trunci", emit.integer_type(PACKED_BITS), shifted))
    value = emit.load(array, subscripts(k))
    if isinstance(stored, ir.IntegerType):
        value = emit.value("arith.bitcast", ir.BF16Type.get(), value)
    return value if value.type == type_ else emit.value("arith.extf", type_, value)

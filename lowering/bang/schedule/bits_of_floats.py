"""Floats that are made of integers' bits: `bits_as<float>(((int)n + 127) << 23)` is 2^n, as hand-written exponentials compute it.

Sums and products of integers wrap in the vector unit as they do in C, a shift to the left is a product with a power of two, and
memory has no type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.effects import defining
from xpiler.lowering.bang.schedule.pattern_call import NoBuiltin
from xpiler.lowering.bang.schedule.vector_plan import Buffer, element_bytes

if TYPE_CHECKING:
    from xpiler.lowering.bang.schedule.piece import Piece

WORD = "i32"
SIGN_BIT = 31


def is_data_integer(piece: Piece, op: ir.Operation) -> bool:
    """Whether an operation computes words from an element's word, and no subscript."""
    return str(op.results[0].type) == WORD and any(value in piece.buffers for value in op.operands)


def plan_shift(piece: Piece, op: ir.Operation) -> None:
    """`x << k` as a product."""
    value, places = op.operands
    number = defining(places)
    known = ir.IntegerAttr(number.attributes["value"]).value if number is not None and number.name == "arith.constant" else -1
    if str(value.type) != WORD or not 0 <= known < SIGN_BIT:
        raise NoBuiltin("a shift by a number that is not constant")
    src = piece.buffer(value)
    dst = piece.define(op.results[0], value)
    piece.plan.add(lambda at: piece.emitter().with_scalar("mul", at(dst), at(src), arith.constant(value.type, 1 << known)))


def plan_bitcast(piece: Piece, op: ir.Operation) -> None:
    """The same memory as elements of another type; it is the result's own, so the operand must have no other use."""
    value, result = op.operands[0], op.results[0]
    if element_bytes(value.type) != element_bytes(result.type) or len(list(value.uses)) != 1:
        raise NoBuiltin("bits that are used as two types")
    src = piece.buffer(value)
    if src.is_place or src in piece.pinned:
        raise NoBuiltin("bits of an array that others see")
    piece.buffers[result] = Buffer(src.number, result.type, src.of or src)


def retyped(buffer: ir.Value, element: ir.Type) -> ir.Value:
    """A buffer's memory as elements of another type of the same width."""
    space = ir.MemRefType(buffer.type).memory_space
    kind = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], element, memory_space=space)
    start = arith.constant(ir.IndexType.get(), 0)
    return ir.Operation.create("xpiler.view", results=[kind], operands=[buffer, start]).result


INTEGER_FORMS = {"arith.shli": plan_shift, "arith.bitcast": plan_bitcast}

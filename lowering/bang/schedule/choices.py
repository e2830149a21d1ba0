"""Comparisons and choices of a piece: a truth is 1 or 0 in the type of what was compared, a choice is arithmetic with it.

`c ? a : b` is `c * a + (b - c * b)`: with c either 1 or 0 one side is left exactly, as long as both sides are finite. A side that may be
infinite or no number (a load, an exponential) would make the other one NaN, so that there is no builtin for such a choice. Where all
elements choose alike, the choice is a branch around the builtins.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.analysis.effects import defining
from xpiler.analysis.facts import is_true
from xpiler.lowering.bang.schedule.pattern_call import NoBuiltin
from xpiler.lowering.bang.schedule.vector_plan import Buffer, element_bytes

if TYPE_CHECKING:
    from xpiler.lowering.bang.schedule.piece import Piece

OEQ, OGT, OGE, OLT, OLE = 1, 2, 3, 4, 5  # arith.cmpf's predicates that a NaN fails
COMPARISONS = {OEQ: "eq", OGT: "gt", OGE: "ge", OLT: "lt", OLE: "le"}
TURNED = {OEQ: OEQ, OGT: OLT, OGE: OLE, OLT: OGT, OLE: OGE}
OPPOSITES = {9: OLE, 10: OLT, 11: OGE, 12: OGT, 13: OEQ}  # unordered ones: what they are the negation of
LOGIC = {"arith.andi": "and", "arith.ori": "or", "arith.xori": "xor"}


def plan_compare(piece: Piece, op: ir.Operation) -> None:
    """Adds a comparison of floats."""
    left, right = op.operands
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    negated = predicate in OPPOSITES
    predicate = OPPOSITES.get(predicate, predicate)
    if predicate not in COMPARISONS or str(left.type) not in ("f16", "f32"):
        raise NoBuiltin("a comparison that NaN passes")
    if not piece.varies(left):
        left, right, predicate = right, left, TURNED[predicate]
    kind, a = COMPARISONS[predicate], piece.buffer(left)
    if piece.varies(right):
        b = piece.buffer(right)
        dst = _define(piece, op, left.type, left, right)
        piece.plan.add(lambda at: piece.emitter().binary(kind, at(dst), at(a), at(b)))
    else:
        dst = _define(piece, op, left.type, left)
        piece.plan.add(lambda at: piece.emitter().with_scalar(kind, at(dst), at(a), piece.scalar(right)))
    if negated:
        _negate(piece, dst)


def plan_logic(piece: Piece, op: ir.Operation) -> None:
    """Adds `and`, `or`, `xor` of truths."""
    left, right = op.operands
    if op.name == "arith.xori" and is_true(right):
        a = piece.buffer(left)
        dst = _define(piece, op, a.element, left)
        piece.plan.add(lambda at: _emit_negation(piece, at(dst), at(a), a.element))
        return
    if not (piece.varies(left) and piece.varies(right)):
        raise NoBuiltin("a truth of which one side is the same for all elements")
    a, b = piece.buffer(left), piece.buffer(right)
    if a.element != b.element:
        raise NoBuiltin("truths of different types")
    dst = _define(piece, op, a.element, left, right)
    piece.plan.add(lambda at: piece.emitter().binary(LOGIC[op.name], at(dst), at(a), at(b)))


def plan_select(piece: Piece, op: ir.Operation) -> None:
    """Adds a choice between floats."""
    condition, yes, no = op.operands
    if not piece.varies(condition):
        _plan_alike(piece, op)
        return
    truth = piece.buffer(condition)
    if truth.element != op.results[0].type:
        raise NoBuiltin("a choice by a truth of another type")
    if not (is_finite(yes) and is_finite(no)):
        raise NoBuiltin("a choice between numbers that may be infinite")
    if number_of(yes) is not None and number_of(no) is not None:
        _of_constants(piece, op, truth, number_of(yes), number_of(no))
    else:
        _of_buffers(piece, op, truth)


def _of_constants(piece: Piece, op: ir.Operation, truth: Buffer, yes: float, no: float) -> None:
    """c * (yes - no) + no, where the difference is exact."""
    if (yes - no) + no != yes or not _fits(yes - no):
        raise NoBuiltin("a choice between numbers whose difference is rounded")
    kind = op.results[0].type
    dst = piece.define(op.results[0], op.operands[0])

    def emit(at) -> None:
        make, source = piece.emitter(), truth
        if yes - no != 1:
            make.with_scalar("mul", at(dst), at(truth), arith.constant(kind, yes - no))
            source = dst
        if no != 0:
            make.with_scalar("add", at(dst), at(source), arith.constant(kind, no))
        elif source != dst:
            make.move(at(dst), at(source), element_bytes(kind))

    piece.plan.add(emit)


def _of_buffers(piece: Piece, op: ir.Operation, truth: Buffer) -> None:
    """c * a + (b - c * b); a side that is a constant needs no buffer, and zero adds nothing."""
    condition, yes, no = op.operands
    kind, zero = op.results[0].type, 0.0
    a = piece.buffer(yes) if number_of(yes) is None else None
    b = piece.buffer(no) if number_of(no) is None else None
    part = piece.plan.take(kind) if zero not in (number_of(yes), number_of(no)) and number_of(yes) != 1 else None
    dst = piece.plan.take(kind)

    def emit(at) -> None:
        make = piece.emitter()
        if number_of(no) != zero:
            if b is None:
                make.with_scalar("mul", at(dst), at(truth), arith.constant(kind, -number_of(no)))
                make.with_scalar("add", at(dst), at(dst), arith.constant(kind, number_of(no)))
            else:
                make.binary("mul", at(dst), at(truth), at(b))
                make.binary("sub", at(dst), at(b), at(dst))
        if number_of(yes) != zero:
            chosen = at(part or dst)
            if a is not None:
                make.binary("mul", chosen, at(truth), at(a))
            elif number_of(yes) == 1 and number_of(no) != zero:
                chosen = at(truth)
            else:
                make.with_scalar("mul", chosen, at(truth), arith.constant(kind, number_of(yes)))
            if number_of(no) != zero:
                make.binary("add", at(dst), at(dst), chosen)

    piece.plan.add(emit)
    for operand in (condition, yes, no):
        piece.consume(operand)
    if part is not None:
        piece.plan.release(part)
    piece.buffers[op.results[0]] = dst


def _plan_alike(piece: Piece, op: ir.Operation) -> None:
    """A choice that all elements make alike: a branch around two moves."""
    condition, yes, no = op.operands
    sides = [piece.buffer(yes), piece.buffer(no)]
    dst = piece.plan.take(op.results[0].type)

    def emit(at) -> None:
        chosen = scf.IfOp(piece.scalar(condition), has_else=True)
        for block, side in zip((chosen.then_block, chosen.else_block), sides, strict=True):
            with ir.InsertionPoint(block):
                piece.emitter().move(at(dst), at(side), element_bytes(dst.element))
                scf.yield_([])

    piece.plan.add(emit)
    piece.consume(yes)
    piece.consume(no)
    piece.buffers[op.results[0]] = dst


def is_finite(value: ir.Value) -> bool:
    """Whether a float is finite whatever the data: constants, choices between such, truths, numbers clamped between two constants."""
    op = defining(value)
    if op is None:
        return False
    if op.name == "arith.constant":
        return math.isfinite(ir.FloatAttr(op.attributes["value"]).value)
    if op.name == "arith.select":
        return all(is_finite(side) for side in list(op.operands)[1:])
    if op.name in ("arith.sitofp", "arith.uitofp"):
        return str(value.type) != "f16"
    if op.name == "arith.negf":
        return is_finite(op.operands[0])
    opposite = {"arith.maxnumf": "arith.minnumf", "arith.minnumf": "arith.maxnumf"}.get(op.name)
    return opposite is not None and (all(map(is_finite, op.operands)) or _is_clamp(op, opposite))


def _is_clamp(op: ir.Operation, opposite: str) -> bool:
    """`max(min(x, high), low)`: what is no number on the way is taken for a bound."""
    inner, bound = op.operands
    within = defining(inner)
    return is_finite(bound) and within is not None and within.name == opposite and is_finite(within.operands[1])


def number_of(value: ir.Value) -> float | None:
    """The number that a float is, as a constant."""
    op = defining(value)
    return ir.FloatAttr(op.attributes["value"]).value if op is not None and op.name == "arith.constant" else None


def _fits(number: float) -> bool:
    """Whether a number is one of single precision; half precision is left to what it rounds."""
    return struct.unpack("f", struct.pack("f", number))[0] == number


def _define(piece: Piece, op: ir.Operation, kind: ir.Type, *operands: ir.Value) -> Buffer:
    """The buffer of a truth."""
    for operand in operands:
        piece.consume(operand)
    made = piece.buffers[op.results[0]] = piece.plan.take(kind)
    return made


def _negate(piece: Piece, truth: Buffer) -> None:
    piece.plan.add(lambda at: _emit_negation(piece, at(truth), at(truth), truth.element))


def _emit_negation(piece: Piece, dst: ir.Value, truth: ir.Value, kind: ir.Type) -> None:
    make = piece.emitter()
    make.with_scalar("mul", dst, truth, arith.constant(kind, -1.0))
    make.with_scalar("add", dst, dst, arith.constant(kind, 1.0))

"""Conversions between lane types, by the instructions that AVX-512 (F, BW, DQ, VL) has.

Where no instruction goes all the way, two do: bytes, words and halves reach floats by way of 32-bit lanes or single precision,
which hold each of their values, so that nothing is rounded twice.
"""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.ctype import INT
from xpiler.lowering.c_text.expression import Expr, call, integer, leaf
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.vnni.lanes_ops import splat
from xpiler.lowering.vnni.registers import Lanes, is_mask, mask_type

_SIGNED = ("extsi", "sitofp", "fptosi")
_ONE = {"f32": "1.0f", "f64": "1.0"}


def conversion(body: Body, op: ir.Operation) -> Expr:
    """One conversion of `arith`, lane by lane."""
    value, name = body.value(op.operands[0]), op.name.removeprefix("arith.")
    source, target = op.operands[0].type, op.results[0].type
    if is_mask(source):
        return _of_mask(body, value, Lanes.of(target), name, op)
    if is_mask(target):
        return _to_mask(body, value, Lanes.of(source))
    signed = name in _SIGNED
    return _converted(name, value, Lanes.of(source), Lanes.of(target), signed, op)


def _converted(name: str, value: Expr, source: Lanes, target: Lanes, signed: bool, op: ir.Operation) -> Expr:
    if name == "bitcast":
        return recast(value, source, target)
    if name in ("extsi", "extui", "trunci"):
        return resized(value, source, target, signed)
    if name in ("sitofp", "uitofp"):
        return _float_of_integer(value, source, target, signed, op)
    if name in ("fptosi", "fptoui"):
        return _integer_of_float(value, source, target, signed, op)
    return _float_resized(value, source, target, op)


def recast(value: Expr, source: Lanes, target: Lanes) -> Expr:
    """The same bits as lanes of another type; the lanes of integers are one C type."""
    if source.whole == target.whole:
        return value
    return call(f"{target.prefix}_cast{source.whole}_{target.whole}", (value,), target.ctype)


def resized(value: Expr, source: Lanes, target: Lanes, signed: bool) -> Expr:
    """Integers made wider or cut: the register's name is that of the wider side."""
    if target.bits > source.bits:
        return call(f"{target.prefix}_cvtep{'i' if signed else 'u'}{source.bits}_{target.suffix}", (value,), target.ctype)
    return call(f"{source.prefix}_cvt{source.suffix}_{target.suffix}", (value,), target.ctype)


def _float_of_integer(value: Expr, source: Lanes, target: Lanes, signed: bool, op: ir.Operation) -> Expr:
    if source.bits < 32:  # 32 bits hold every byte and word, signed or not
        whole = Lanes("i32", source.count)
        return _float_of_integer(resized(value, source, whole, signed), whole, target, True, op)
    if target.element == "f16":
        # An integer that single precision rounds is beyond the largest half either way.
        single = Lanes("f32", source.count)
        return _float_resized(_float_of_integer(value, source, single, signed, op), single, target, op)
    if not target.is_float:
        raise _no_instruction(op)
    wide = target if target.width >= source.width and target.bits >= source.bits else source
    return call(f"{wide.prefix}_cvtep{'i' if signed else 'u'}{source.bits}_{target.suffix}", (value,), target.ctype)


def _integer_of_float(value: Expr, source: Lanes, target: Lanes, signed: bool, op: ir.Operation) -> Expr:
    if source.element == "f16":
        single = Lanes("f32", source.count)
        return _integer_of_float(_float_resized(value, source, single, op), single, target, signed, op)
    if not source.is_float:
        raise _no_instruction(op)
    if target.bits < 32:  # what fits the result fits 32 signed bits
        whole = Lanes("i32", source.count)
        return resized(_integer_of_float(value, source, whole, True, op), whole, target, True)
    wide = target if target.width >= source.width and target.bits >= source.bits else source
    return call(f"{wide.prefix}_cvtt{source.suffix}_ep{'i' if signed else 'u'}{target.bits}", (value,), target.ctype)


def _float_resized(value: Expr, source: Lanes, target: Lanes, op: ir.Operation) -> Expr:
    kinds = (source.element, target.element)
    if kinds == ("f16", "f32"):
        return call(f"{target.prefix}_cvtph_ps", (value,), target.ctype)
    if kinds == ("f32", "f16"):
        rounding = leaf("_MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC", INT)
        return call(f"{source.prefix}_cvtps_ph", (value, rounding), target.ctype)
    if kinds == ("f16", "f64"):
        single = Lanes("f32", source.count)
        return _float_resized(_float_resized(value, source, single, op), single, target, op)
    if kinds in (("f32", "f64"), ("f64", "f32")):
        wide = target if target.bits > source.bits else source
        return call(f"{wide.prefix}_cvt{source.suffix}_{target.suffix}", (value,), target.ctype)
    raise _no_instruction(op)  # double to half by way of single precision would round twice


def _of_mask(body: Body, value: Expr, target: Lanes, name: str, op: ir.Operation) -> Expr:
    """One (or all bits, where the mask is extended by its sign) in the lanes of a mask, zero elsewhere."""
    if name == "bitcast" or target.element in ("f16", "bf16"):
        raise _no_instruction(op)
    sign = "-" if name in ("extsi", "sitofp") else ""
    one = leaf(sign + _ONE[target.element], target.ctype) if target.is_float else integer(int(f"{sign}1"), INT)
    return target.intrinsic("maskz_mov", value, splat(body, target, one))


def _to_mask(body: Body, value: Expr, source: Lanes) -> Expr:
    """The lanes whose lowest bit is set."""
    return call(f"{source.prefix}_test_{source.suffix}_mask", (value, splat(body, source, integer(1, INT))), mask_type(source.count))


def _no_instruction(op: ir.Operation) -> Unsupported:
    return Unsupported(f"'{op.name}' from {op.operands[0].type} to {op.results[0].type}", place_of(op.location))

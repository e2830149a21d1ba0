"""How the operations of the `vnni` dialect are written: one intrinsic each."""

from __future__ import annotations

from mlir import ir

from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.ctype import INT
from xpiler.lowering.c_text.expression import Expr, call, leaf
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.vnni.registers import Lanes
from xpiler.lowering.vnni.vector_arithmetic import kind_of

DOTS = Handlers()
_ROUNDING = {
    "nearest": "_MM_FROUND_TO_NEAREST_INT",
    "down": "_MM_FROUND_TO_NEG_INF",
    "up": "_MM_FROUND_TO_POS_INF",
    "zero": "_MM_FROUND_TO_ZERO",
    "current": "_MM_FROUND_CUR_DIRECTION",
}


def _operands(body: Body, op: ir.Operation) -> tuple[Expr, ...]:
    return tuple(body.value(v) for v in op.operands)


@DOTS.writes("vnni.dot")
def _dot(body: Body, op: ir.Operation) -> Expr:
    return Lanes.of(op.results[0].type).intrinsic(kind_of(op), *_operands(body, op))


@DOTS.writes("vnni.madd")
def _madd(body: Body, op: ir.Operation) -> Expr:
    return Lanes.of(op.results[0].type).intrinsic("madd", *_operands(body, op), suffix="epi16")


@DOTS.writes("vnni.maddubs")
def _maddubs(body: Body, op: ir.Operation) -> Expr:
    return Lanes.of(op.results[0].type).intrinsic("maddubs", *_operands(body, op), suffix="epi16")


@DOTS.writes("vnni.permute")
def _permute(body: Body, op: ir.Operation) -> Expr:
    source, index = _operands(body, op)
    return Lanes.of(op.results[0].type).intrinsic("permutexvar", index, source)


@DOTS.writes("vnni.permute2")
def _permute2(body: Body, op: ir.Operation) -> Expr:
    return Lanes.of(op.results[0].type).intrinsic("permutex2var", *_operands(body, op))


@DOTS.writes("vnni.round")
def _round(body: Body, op: ir.Operation) -> Expr:
    lanes = Lanes.of(op.results[0].type)
    mode = leaf(f"{_ROUNDING[kind_of(op)]} | _MM_FROUND_NO_EXC", INT)
    return lanes.intrinsic("roundscale" if lanes.width == 512 else "round", *_operands(body, op), mode)


@DOTS.writes("vnni.convert")
def _convert(body: Body, op: ir.Operation) -> Expr:
    source, target = Lanes.of(op.operands[0].type), Lanes.of(op.results[0].type)
    kind = kind_of(op)
    if kind == "zero":
        return call(f"{source.prefix}_cvtt{source.suffix}_{target.suffix}", _operands(body, op), target.ctype)
    if kind in ("current", "nearest"):
        return call(f"{source.prefix}_cvt{source.suffix}_{target.suffix}", _operands(body, op), target.ctype)
    mode = leaf(f"{_ROUNDING[kind]} | _MM_FROUND_NO_EXC", INT)
    return call(f"{source.prefix}_cvt_round{source.suffix}_{target.suffix}", (*_operands(body, op), mode), target.ctype)


@DOTS.writes("vnni.narrow")
def _narrow(body: Body, op: ir.Operation) -> Expr:
    source, target = Lanes.of(op.operands[0].type), Lanes.of(op.results[0].type)
    sign = "s" if kind_of(op) == "signed" else "us"
    return call(f"{source.prefix}_cvt{sign}{source.suffix}_{target.suffix}", _operands(body, op), target.ctype)


@DOTS.writes("vnni.estimate")
def _estimate(body: Body, op: ir.Operation) -> Expr:
    return Lanes.of(op.results[0].type).intrinsic(kind_of(op), *_operands(body, op))

"""float-flags: a float that is made of truths is a choice between floats.

    float((x > 0 ? 1 : 0) - (x < 0 ? 1 : 0))   is   (x > 0 ? 1.0 : 0.0) - (x < 0 ? 1.0 : 0.0)

Small integers are floats without rounding, and so are their sums and products: the way through integers, which vector builtins on floats
do not go, says nothing. Nor does it say anything that an integer is widened before it becomes a float.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.effects import defining, walk
from xpiler.passes import Pass
from xpiler.transforms.rewriting import erase_dead, functions

EXACT = {"f64": 1 << 53, "f32": 1 << 24, "f16": 1 << 11, "bf16": 1 << 8}  # the integers up to here are floats
CASTS = ("arith.index_cast", "arith.extsi", "arith.trunci")
ARITHMETIC = {"arith.addi": arith.addf, "arith.subi": arith.subf, "arith.muli": arith.mulf}


class FloatFlagsPass(Pass):
    """Floats made of truths by way of integers are made of them by choices."""

    name = "float-flags"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for cast in [o for o in walk(function) if o.name in ("arith.sitofp", "arith.uitofp")]:
                _convert(cast)
            for cast in [o for o in walk(function) if o.name == "arith.sitofp"]:
                _without_widening(cast)
            erase_dead(function)


def _without_widening(cast: ir.Operation) -> None:
    """An integer that is only widened on its way to a float is converted as it is."""
    wide = defining(cast.operands[0])
    if wide is not None and wide.name == "arith.extsi" and str(wide.operands[0].type) != "i1":
        cast.operands[0] = wide.operands[0]


def _convert(cast: ir.Operation) -> None:
    kind, number = cast.results[0].type, cast.operands[0]
    signed = cast.name == "arith.sitofp"
    span = _span(number, signed=signed)
    if span is None or str(kind) not in EXACT or defining(number).name == "arith.constant":
        return
    if not signed and min(span) < 0:
        return
    with ir.InsertionPoint(cast), cast.location:
        cast.results[0].replace_all_uses_with(_as_float(number, kind, signed=signed))


def _span(value: ir.Value, *, signed: bool) -> tuple[int, int] | None:
    """The least and the greatest an integer can be that is made of truths and small constants alone; None for any other."""
    op = defining(value)
    if op is None:
        return None
    if str(value.type) == "i1":
        return (-1, 0) if signed else (0, 1)
    if op.name == "arith.constant":
        number = ir.IntegerAttr(op.attributes["value"]).value
        return (number, number) if abs(number) < 128 else None
    if op.name == "arith.extui" and str(op.operands[0].type) == "i1":
        return (0, 1)
    if op.name in CASTS:
        return _span(op.operands[0], signed=True) if str(op.operands[0].type) != "i1" or op.name == "arith.extsi" else None
    if op.name == "arith.select":
        return _hull([_span(v, signed=True) for v in list(op.operands)[1:]])
    if op.name in ARITHMETIC:
        return _combined(op.name, [_span(v, signed=True) for v in op.operands])
    return None


def _hull(spans: list) -> tuple[int, int] | None:
    return None if None in spans else (min(low for low, _ in spans), max(high for _, high in spans))


def _combined(name: str, spans: list) -> tuple[int, int] | None:
    """The span of a sum or product; none beyond a byte, so that nothing wraps in any type and every float holds it."""
    if None in spans:
        return None
    (a, b), (c, d) = spans
    ends = {"arith.addi": (a + c, b + d), "arith.subi": (a - d, b - c), "arith.muli": (a * c, a * d, b * c, b * d)}[name]
    return (min(ends), max(ends)) if max(map(abs, ends)) < 128 else None


def _as_float(value: ir.Value, kind: ir.Type, *, signed: bool) -> ir.Value:
    """The integer as a float, by the same arithmetic on floats."""
    op = defining(value)
    if str(value.type) == "i1":
        return arith.select(value, arith.constant(kind, -1.0 if signed else 1.0), arith.constant(kind, 0.0))
    if op.name == "arith.constant":
        return arith.constant(kind, float(ir.IntegerAttr(op.attributes["value"]).value))
    if op.name == "arith.extui":
        return _as_float(op.operands[0], kind, signed=False)
    if op.name in CASTS:
        return _as_float(op.operands[0], kind, signed=True)
    if op.name == "arith.select":
        condition, *sides = op.operands
        return arith.select(condition, *(_as_float(side, kind, signed=True) for side in sides))
    return ARITHMETIC[op.name](*(_as_float(operand, kind, signed=True) for operand in op.operands))

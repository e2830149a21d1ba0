"""How `math` operations on scalars are written: C's function of the operand's width."""

from __future__ import annotations

from mlir import ir

from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.ctype import FLOAT, INTS, scalar_type
from xpiler.lowering.c_text.expression import Expr, call
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.integers import as_signed

MATH = Handlers()
FUNCTIONS = {
    **{n: n for n in "exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh asin acos atan atan2".split()},
    **{n: n for n in "erf erfc sqrt cbrt floor ceil trunc round".split()},
    "roundeven": "rint",
    "absf": "fabs",
    "powf": "pow",
    "fma": "fma",
    "copysign": "copysign",
    "rsqrt": "rsqrt",
    "asinh": "asinh",
    "acosh": "acosh",
    "atanh": "atanh",
}


@MATH.writes(*(f"math.{n}" for n in FUNCTIONS))
def _function(body: Body, op: ir.Operation) -> Expr:
    ctype = scalar_type(op.results[0].type)
    name = FUNCTIONS[op.name.removeprefix("math.")]
    if ctype is None:
        return body.language.vector_math(body, op, name)
    return body.language.math_call(body, name, op, ctype)


@MATH.writes("math.absi")
def _absolute(body: Body, op: ir.Operation) -> Expr:
    if scalar_type(op.results[0].type) is None:
        return body.language.vector_math(body, op, "abs")
    value = body.signed(op.operands[0])
    function = body.file.use("llabs" if value.ctype.bits == 64 else "abs")  # C's abs is that of int
    return call(function, (value,), value.ctype if value.ctype.bits >= 32 else INTS[32])


@MATH.writes("math.isnan", "math.isinf", "math.isfinite")
def _classify(body: Body, op: ir.Operation) -> Expr:
    return body.language.classify(body, op.name.removeprefix("math."), body.value(op.operands[0]))


@MATH.writes("math.ctpop", "math.ctlz", "math.cttz")
def _bit_count(body: Body, op: ir.Operation) -> Expr:
    value = op.operands[0]
    return body.language.bit_count(body, op.name.removeprefix("math."), body.unsigned(value), body.width(value))


@MATH.writes("math.fpowi")
def _integer_power(body: Body, op: ir.Operation) -> Expr:
    language, ctype = body.language, scalar_type(op.results[0].type)
    wide = FLOAT if ctype.bits == 16 else ctype
    base, exponent = (body.value(v) for v in op.operands)
    power = language.math_function(body, "pow", (language.float_cast(body, base, wide), as_signed(exponent, 32)), wide)
    return language.float_cast(body, power, ctype)

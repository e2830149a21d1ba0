"""Half precision and bfloat16: conversions, arithmetic, comparisons, pairs."""

from __future__ import annotations

from clang.cindex import BinaryOperator as Op
from mlir import ir

from xpiler.frontend.arithmetic import compare
from xpiler.frontend.c_types import BOOL, Float, Vector
from xpiler.frontend.calls import Call
from xpiler.frontend.conversions import convert
from xpiler.frontend.language import Handler
from xpiler.frontend.simt.mathematics import bitcast, converted, reciprocal, rounded_conversion
from xpiler.frontend.standard_library import elementwise, is_infinite, is_nan
from xpiler.frontend.values import Scalar, Value

CONVERSIONS = (
    "__float2half", "__float2half_rn", "__double2half", "__half2float", "__int2half_rn", "__uint2half_rn", "__short2half_rn",
    "__float2bfloat16", "__float2bfloat16_rn", "__bfloat162float", "__double2bfloat16", "__float22half2_rn", "__half22float2",
    "__float22bfloat162_rn", "__bfloat1622float2",
)  # fmt: skip
BIT_CASTS = ("__ushort_as_half", "__short_as_half", "__half_as_ushort", "__half_as_short", "__bfloat16_as_ushort", "__ushort_as_bfloat16")
BROADCASTS = ("__float2half2_rn", "__half2half2", "__float2bfloat162_rn", "__bfloat162bfloat162")
PAIRS = ("__floats2half2_rn", "__halves2half2", "__floats2bfloat162_rn", "__halves2bfloat162")
LANES = {"__low2half": 0, "__high2half": 1, "__low2float": 0, "__high2float": 1, "__low2bfloat16": 0, "__high2bfloat16": 1}
PICKS = {  # (argument, lane) of each lane of the result
    "__low2half2": ((0, 0), (0, 0)), "__high2half2": ((0, 1), (0, 1)), "__lows2half2": ((0, 0), (1, 0)),
    "__highs2half2": ((0, 1), (1, 1)), "__lowhigh2highlow": ((0, 1), (0, 0)),
}  # fmt: skip
ARITHMETIC = {
    "add": ("arith.addf", 2),
    "sub": ("arith.subf", 2),
    "mul": ("arith.mulf", 2),
    "div": ("arith.divf", 2),
    "fma": ("math.fma", 3),
}
ARITHMETIC |= {"neg": ("arith.negf", 1), "abs": ("math.absf", 1), "max": ("arith.maxnumf", 2), "min": ("arith.minnumf", 2)}
COMPARISONS = {"eq": Op.EQ, "ne": Op.NE, "lt": Op.LT, "le": Op.LE, "gt": Op.GT, "ge": Op.GE}
FUNCTIONS = {
    name: f"math.{name}"
    for name in ("exp", "exp2", "log", "log2", "log10", "sqrt", "rsqrt", "sin", "cos", "floor", "ceil", "trunc", "tanh")
}
FUNCTIONS["rint"] = "math.roundeven"
PAIRED = ("exp", "log", "sqrt", "rsqrt", "sin", "cos")


def broadcast(call: Call) -> Value:
    return call.result(convert(call.reader.builder, call.value(0), call.ctype(0), call.result_type))


def pair(call: Call) -> Value:
    ctype = call.result_type
    assert isinstance(ctype, Vector)
    return call.result(call.reader.lanes.build([call.value(0, ctype.element), call.value(1, ctype.element)], ctype.mlir()))


def lane(position: int) -> Handler:
    def read(call: Call) -> Value:
        source = call.ctype(0)
        assert isinstance(source, Vector)
        picked = call.reader.lanes.extract(call.value(0), position)
        return call.result(convert(call.reader.builder, picked, source.element, call.result_type))

    return read


def picked(sources: tuple[tuple[int, int], ...]) -> Handler:
    def read(call: Call) -> Value:
        vectors = [call.value(k) for k in range(len(call))]
        lanes = [call.reader.lanes.extract(vectors[argument], position) for argument, position in sources]
        return call.result(call.reader.lanes.build(lanes, call.result_type.mlir()))

    return read


def comparison(operator: Op) -> Handler:
    def read(call: Call) -> Value:
        ctype = call.ctype(0)
        assert isinstance(ctype, Float)
        return Scalar(compare(call.reader.builder, operator, call.value(0), call.value(1), ctype), BOOL)

    return read


def ordered_not_equal(call: Call) -> Value:
    """`__hne`, which unlike C's `!=` answers no where an operand is NaN."""
    one = ir.IntegerAttr.get(ir.IntegerType.get_signless(64), 6)  # arith's predicate `one`
    kind = ir.IntegerType.get_signless(1)
    return Scalar(call.reader.builder.value("arith.cmpf", [call.value(0), call.value(1)], kind, {"predicate": one}), BOOL)


def infinity_sign(call: Call) -> Value:
    found = is_infinite(call)
    assert isinstance(found, Scalar)
    return call.result(call.reader.builder.value("arith.extui", [found.ssa], ir.IntegerType.get_signless(32)))


def builtins() -> dict[str, Handler]:
    found: dict[str, Handler] = dict.fromkeys(CONVERSIONS, converted)
    found |= dict.fromkeys(BIT_CASTS, bitcast) | dict.fromkeys(BROADCASTS, broadcast) | dict.fromkeys(PAIRS, pair)
    found |= {name: lane(position) for name, position in LANES.items()} | {name: picked(sources) for name, sources in PICKS.items()}
    for name, (operation, count) in ARITHMETIC.items():
        found[f"__h{name}"] = found[f"__h{name}2"] = elementwise(operation, count)
    for name in ("add", "sub", "mul"):
        found[f"__h{name}_rn"] = elementwise(*ARITHMETIC[name])
    found["__h2div"] = elementwise("arith.divf", 2)
    found |= {f"__h{name}": comparison(operator) for name, operator in COMPARISONS.items()}
    found["__hne"] = ordered_not_equal
    found |= {f"h{name}": elementwise(operation, 1) for name, operation in FUNCTIONS.items()}
    found |= {f"h2{name}": elementwise(FUNCTIONS[name], 1) for name in PAIRED}
    found |= {"__hisnan": is_nan, "__hisinf": infinity_sign, "hrcp": reciprocal}
    found |= {f"__half2int_{mode}": rounded_conversion(mode) for mode in ("rn", "rz")}
    return found

"""The standard library's functions that every language has: mathematics, min and max, and what is left out."""

from __future__ import annotations

from functools import reduce

from mlir import ir

from xpiler.diagnostics import warn
from xpiler.frontend.arithmetic import no_signed_wrap
from xpiler.frontend.c_types import BOOL, I32, Bool, CType, Float, Int, Vector
from xpiler.frontend.calls import Call
from xpiler.frontend.conversions import convert, predicate
from xpiler.frontend.cursors import place_of
from xpiler.frontend.language import Handler
from xpiler.frontend.values import Scalar, Value

MATH_UNARY = {
    **{
        name: f"math.{name}"
        for name in ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "asin", "acos", "atan")
    },
    **{name: f"math.{name}" for name in ("sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "sqrt", "rsqrt", "cbrt", "erf", "erfc")},
    **{name: f"math.{name}" for name in ("floor", "ceil", "round", "trunc")},
    "fabs": "math.absf",
    "rint": "math.roundeven",
    "nearbyint": "math.roundeven",
}
MATH_BINARY = {
    "pow": "math.powf",
    "atan2": "math.atan2",
    "copysign": "math.copysign",
    "fmax": "arith.maxnumf",
    "fmin": "arith.minnumf",
    "fmod": "arith.remf",
}
# what loops may compute once: without effect, and made of the arguments alone
INVARIANT = frozenset({f"{name}{suffix}" for name in (*MATH_UNARY, *MATH_BINARY, "min", "max", "abs", "fma") for suffix in ("", "f")})
BIT_COUNTS = {"popcount": "math.ctpop", "clz": "math.ctlz", "ctz": "math.cttz"}
UNORDERED, OLT, OEQ = 14, 4, 1
IGNORED = ("printf", "fprintf", "puts", "fflush", "abort", "exit")


def elementwise(operation: str, count: int) -> Handler:
    """A builtin that is one operation on its arguments, brought to the result's type."""

    def read(call: Call) -> Value:
        return call.emit_value(operation, [call.value(k, call.result_type) for k in range(count)])

    return read


def absolute(call: Call) -> Value:
    """`abs`: by the type of its argument."""
    value = call.value(0, call.result_type)
    if isinstance(call.result_type, Float):
        return call.emit_value("math.absf", [value])
    return call.emit_value("math.absi", [value])


def extremum(call: Call, *, largest: bool) -> Value:
    """`std::max` and `std::min` of two values or of a braced list: of floats, the first unless a later one compares beyond it."""
    values = call.listed(call.result_type) if len(call) == 1 else [call.value(k, call.result_type) for k in range(2)]
    return call.result(reduce(lambda a, b: extremum_of(call, a, b, call.result_type, largest=largest), values))


def extremum_of(call: Call, first: ir.Value, second: ir.Value, ctype: CType, *, largest: bool) -> ir.Value:
    """The standard's max or min of two values of one type."""
    builder = call.reader.builder
    if isinstance(ctype, Float):
        sides = [first, second] if largest else [second, first]
        beyond = builder.value("arith.cmpf", sides, BOOL.mlir(), predicate(OLT))
        return builder.value("arith.select", [beyond, second, first], first.type)
    if not isinstance(ctype, (Int, Bool)):
        raise call.refuse(f"'{call.name}' of this type is not supported")
    signed = "s" if ctype.signed else "u"
    return builder.value(f"arith.{'max' if largest else 'min'}{signed}i", [first, second], first.type)


def largest(call: Call) -> Value:
    return extremum(call, largest=True)


def smallest(call: Call) -> Value:
    return extremum(call, largest=False)


def clamp(call: Call) -> Value:
    """`std::clamp(v, low, high)`."""
    value, low, high = (call.value(k, call.result_type) for k in range(3))
    raised = extremum_of(call, value, low, call.result_type, largest=True)
    return call.result(extremum_of(call, raised, high, call.result_type, largest=False))


def is_nan(call: Call) -> Value:
    value = call.value(0)
    return Scalar(call.reader.builder.value("arith.cmpf", [value, value], BOOL.mlir(), predicate(UNORDERED)), BOOL)


def _against_infinity(call: Call, comparison: int) -> Value:
    builder = call.reader.builder
    value = call.value(0)
    magnitude = builder.value("math.absf", [value], value.type)
    infinity = builder.constant(float("inf"), value.type)
    return Scalar(builder.value("arith.cmpf", [magnitude, infinity], BOOL.mlir(), predicate(comparison)), BOOL)


def is_infinite(call: Call) -> Value:
    return _against_infinity(call, OEQ)


def is_finite(call: Call) -> Value:
    return _against_infinity(call, OLT)


def positive_difference(call: Call) -> Value:
    """`fdim(a, b)`: a - b where a is greater, else 0 (NaN stays NaN)."""
    builder = call.reader.builder
    first, second = call.value(0, call.result_type), call.value(1, call.result_type)
    apart = builder.value("arith.subf", [first, second], first.type)
    not_above = builder.value("arith.cmpf", [first, second], BOOL.mlir(), predicate(5))  # ole
    return call.result(builder.value("arith.select", [not_above, builder.constant(0.0, first.type), apart], first.type))


def rounded_to_integer(operation: str) -> Handler:
    """`lround` and `lrint`: rounded, then converted."""

    def read(call: Call) -> Value:
        value = call.value(0)
        rounded = call.reader.builder.value(operation, [value], value.type)
        return call.emit_value("arith.fptosi", [rounded])

    return read


def counted(operation: str) -> Handler:
    """A count of bits: of the argument's width, returned as int."""

    def read(call: Call) -> Value:
        value = call.value(0)
        count = call.reader.builder.value(operation, [value], value.type)
        return call.result(convert(call.reader.builder, count, Int(ir.IntegerType(value.type).width, False), I32))

    return read


def ignored(call: Call) -> Value | None:
    """Output and error handling, which no kernel's result depends on; said where a kernel is read."""
    if call.reader.frames and call.reader.frames[0].is_kernel:
        warn(f"'{call.name}' is left out of the output", place_of(call.cursor))
    return Scalar(call.reader.builder.constant(0, I32.mlir()), I32) if isinstance(call.result_type, Int) else None


def arithmetic_operator(name: str) -> Handler:
    """An overloaded operator on vectors: lane by lane, scalars broadcast."""

    def read(call: Call) -> Value:
        first, second = call.value(0, call.result_type), call.value(1, call.result_type)
        return call.result(lanewise(call, name, first, second, call.result_type))

    return read


def lanewise(call: Call, name: str, first: ir.Value, second: ir.Value, ctype: CType) -> ir.Value:
    """`add`, `sub`, `mul` or `div` of vectors or scalars."""
    element = ctype.element if isinstance(ctype, Vector) else ctype
    if isinstance(element, Float):
        return call.reader.builder.value(f"arith.{name}f", [first, second], first.type)
    signed = isinstance(element, Int) and element.signed
    if name == "div":
        return call.reader.builder.value("arith.divsi" if signed else "arith.divui", [first, second], first.type)
    flags = no_signed_wrap() if signed else None
    return call.reader.builder.value(f"arith.{name}i", [first, second], first.type, flags)


def table() -> dict[str, Handler]:
    """The standard library by name."""
    found: dict[str, Handler] = {}
    for name, operation in MATH_UNARY.items():
        found[name] = found[f"{name}f"] = elementwise(operation, 1)
    for name, operation in MATH_BINARY.items():
        found[name] = found[f"{name}f"] = elementwise(operation, 2)
    found["fma"] = found["fmaf"] = elementwise("math.fma", 3)
    found["fdim"] = found["fdimf"] = positive_difference
    found |= {"abs": absolute, "labs": absolute, "llabs": absolute, "max": largest, "min": smallest, "clamp": clamp}
    found |= {"isnan": is_nan, "isinf": is_infinite, "isfinite": is_finite}
    for suffix in ("", "f"):
        found[f"lround{suffix}"] = rounded_to_integer("math.round")
        found[f"lrint{suffix}"] = rounded_to_integer("math.roundeven")
    for name, operation in BIT_COUNTS.items():
        found |= {f"__builtin_{name}{suffix}": counted(operation) for suffix in ("", "l", "ll")}
    found |= dict.fromkeys(IGNORED, ignored)
    return found


STANDARD = table()

"""Device mathematics: approximate functions, rounding modes, integer and bit intrinsics."""

from __future__ import annotations

from mlir import ir

from xpiler.frontend.arithmetic import no_signed_wrap
from xpiler.frontend.c_types import BOOL, F32, I32, I64, Float, Int
from xpiler.frontend.calls import Call
from xpiler.frontend.conversions import convert, predicate
from xpiler.frontend.language import Handler
from xpiler.frontend.simt.dialect import Simt
from xpiler.frontend.standard_library import counted, elementwise
from xpiler.frontend.standard_library import extremum as standard_extremum
from xpiler.frontend.values import Value

APPROXIMATE = {
    "__expf": "exp",
    "__exp10f": "exp10",
    "__logf": "log",
    "__log2f": "log2",
    "__log10f": "log10",
    "__sinf": "sin",
    "__cosf": "cos",
    "__tanf": "tan",
}
APPROXIMATE_BINARY = {"__fdividef": "div", "fdividef": "div", "__powf": "pow"}
ROUNDED = {"__fadd_rn": ("addf", 2), "__fsub_rn": ("subf", 2), "__fmul_rn": ("mulf", 2), "__fdiv_rn": ("divf", 2)}
BITS = ("__float_as_int", "__float_as_uint", "__int_as_float", "__uint_as_float", "__double_as_longlong", "__longlong_as_double")
ROUNDINGS = {"rn": "math.roundeven", "rz": "", "ru": "math.ceil", "rd": "math.floor"}


def approximate(simt: Simt, kind: str) -> Handler:
    def read(call: Call) -> Value:
        return call.emit_value(simt.op("approx"), [call.value(0, F32)], kind=simt.kind("approx_kind", kind))

    return read


def approximate_binary(simt: Simt, kind: str) -> Handler:
    def read(call: Call) -> Value:
        operands = [call.value(0, F32), call.value(1, F32)]
        return call.emit_value(simt.op("approx_binary"), operands, kind=simt.kind("approx_binary_kind", kind))

    return read


def bitcast(call: Call) -> Value:
    return call.emit_value("arith.bitcast", [call.value(0)])


def saturate(call: Call) -> Value:
    """Clamped to [0, 1]; NaN gives 0, as maxnumf does."""
    builder = call.reader.builder
    raised = builder.value("arith.maxnumf", [call.value(0, F32), builder.constant(0.0, F32.mlir())], F32.mlir())
    return call.emit_value("arith.minnumf", [raised, builder.constant(1.0, F32.mlir())])


def reciprocal(call: Call) -> Value:
    value = call.value(0, call.result_type)
    return call.emit_value("arith.divf", [call.reader.builder.constant(1.0, value.type), value])


def extremum(kind: str) -> Handler:
    """The device's own min and max: fmin and fmax of floats, by sign of integers. A braced list is the standard library's."""

    def read(call: Call) -> Value:
        if len(call) == 1:
            return standard_extremum(call, largest=kind == "max")
        ctype = call.result_type
        operands = [call.value(0, ctype), call.value(1, ctype)]
        if isinstance(ctype, Float):
            return call.emit_value(f"arith.{kind}numf", operands)
        assert isinstance(ctype, Int)
        return call.emit_value(f"arith.{kind}{'s' if ctype.signed else 'u'}i", operands)

    return read


def power(call: Call) -> Value:
    return call.emit_value("math.powf", [call.value(0, call.result_type), call.value(1, call.result_type)])


def power_of_ten(call: Call) -> Value:
    base = call.reader.builder.constant(10.0, call.result_type.mlir())
    return call.emit_value("math.powf", [base, call.value(0, call.result_type)])


def find_first_set(call: Call) -> Value:
    """1 + the lowest set bit, 0 where there is none."""
    builder, value = call.reader.builder, call.value(0)
    width = Int(ir.IntegerType(value.type).width, True)
    zeros = convert(builder, builder.value("math.cttz", [value], value.type), width, I32)
    position = builder.value("arith.addi", [zeros, builder.constant(1, I32.mlir())], I32.mlir(), no_signed_wrap())
    empty = builder.value("arith.cmpi", [value, builder.constant(0, value.type)], BOOL.mlir(), predicate(0))
    return call.result(builder.value("arith.select", [empty, builder.constant(0, I32.mlir()), position], I32.mlir()))


def high_product(extension: str) -> Handler:
    """The upper half of a 32-bit product."""

    def read(call: Call) -> Value:
        builder = call.reader.builder
        wide = [builder.value(extension, [call.value(k)], I64.mlir()) for k in (0, 1)]
        product = builder.value("arith.muli", wide, I64.mlir())
        upper = builder.value("arith.shrui", [product, builder.constant(32, I64.mlir())], I64.mlir())
        return call.emit_value("arith.trunci", [upper])

    return read


def dot_of_bytes(call: Call) -> Value:
    """`__dp4a`, `sdot4`: four products of bytes, added to the third argument."""
    if len(call) > 3 and call.constant(3):
        raise call.refuse(f"'{call.name}' that clamps its sum is not supported")
    builder = call.reader.builder
    extension = "arith.extsi" if isinstance(call.result_type, Int) and call.result_type.signed else "arith.extui"
    first, second, total = (call.value(k) for k in range(3))
    kind = I32.mlir()
    for lane in range(4):
        amount = builder.constant(8 * lane, kind)
        lanes = [
            builder.value("arith.trunci", [builder.value("arith.shrui", [side, amount], kind)], ir.IntegerType.get_signless(8))
            for side in (first, second)
        ]
        wide = [builder.value(extension, [side], kind) for side in lanes]
        total = builder.value("arith.addi", [total, builder.value("arith.muli", wide, kind)], kind)
    return call.result(total)


def rounded_conversion(rounding: str) -> Handler:
    """A float to an integer in one rounding mode."""

    def read(call: Call) -> Value:
        value = call.value(0)
        if ROUNDINGS[rounding]:
            value = call.reader.builder.value(ROUNDINGS[rounding], [value], value.type)
        assert isinstance(call.result_type, Int)
        return call.emit_value("arith.fptosi" if call.result_type.signed else "arith.fptoui", [value])

    return read


def converted(call: Call) -> Value:
    """A conversion that C's cast says too."""
    return call.result(convert(call.reader.builder, call.value(0), call.ctype(0), call.result_type))


def no_effect(call: Call) -> None:
    """A fence: it orders memory, and orders nothing in a program without races."""


def clock(call: Call) -> Value:
    raise call.refuse(f"'{call.name}' is not supported", "a kernel's result must not depend on time")


def builtins(simt: Simt) -> dict[str, Handler]:
    found: dict[str, Handler] = {name: approximate(simt, kind) for name, kind in APPROXIMATE.items()}
    found |= {name: approximate_binary(simt, kind) for name, kind in APPROXIMATE_BINARY.items()}
    found |= {name: elementwise(f"arith.{operation}", count) for name, (operation, count) in ROUNDED.items()}
    found |= {
        "__fmaf_rn": elementwise("math.fma", 3),
        "__fsqrt_rn": elementwise("math.sqrt", 1),
        "__frsqrt_rn": elementwise("math.rsqrt", 1),
    }
    found |= {"rsqrt": elementwise("math.rsqrt", 1), "rsqrtf": elementwise("math.rsqrt", 1)}
    found |= dict.fromkeys(BITS, bitcast)
    found |= {"__saturatef": saturate, "__frcp_rn": reciprocal, "min": extremum("min"), "max": extremum("max")}
    found |= dict.fromkeys(("pow", "powf"), power) | dict.fromkeys(("exp10", "exp10f"), power_of_ten)
    found |= dict.fromkeys(("__popc", "__popcll"), counted("math.ctpop")) | dict.fromkeys(("__clz", "__clzll"), counted("math.ctlz"))
    found |= dict.fromkeys(("__ffs", "__ffsll"), find_first_set)
    found |= {"__mulhi": high_product("arith.extsi"), "__umulhi": high_product("arith.extui"), "__dp4a": dot_of_bytes}
    found |= {f"__float2int_{mode}": rounded_conversion(mode) for mode in ROUNDINGS}
    found |= {f"__float2uint_{mode}": rounded_conversion(mode) for mode in ("rn", "rz")}
    found |= dict.fromkeys(("__int2float_rn", "__uint2float_rn"), converted)
    found |= dict.fromkeys(("__threadfence", "__threadfence_block", "__threadfence_system"), no_effect)
    found |= dict.fromkeys(("clock", "clock64"), clock)
    return found

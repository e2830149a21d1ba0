"""Scalar builtins of one core: conversions, extremes, explicit loads and stores."""

from __future__ import annotations

from xpiler.frontend.bang.buffers import expect_space
from xpiler.frontend.c_types import F16, F32, I32, CType, Float, Int
from xpiler.frontend.calls import Call
from xpiler.frontend.language import Handler
from xpiler.frontend.pointers import dereferenced
from xpiler.frontend.standard_library import ignored
from xpiler.frontend.values import Scalar, Value

ROUNDINGS = {"": "math.trunc", "_tz": "math.trunc", "_rn": "math.roundeven", "_rd": "math.round", "_up": "math.ceil", "_dn": "math.floor"}


def extreme(word: str) -> Handler:
    """`min(a, b)` and `max(a, b)`."""

    def read(call: Call) -> Scalar:
        ctype = call.result_type
        return call.emit_value(_extreme_of(word, ctype), [call.value(0, ctype), call.value(1, ctype)])

    return read


def _extreme_of(word: str, ctype: CType) -> str:
    if isinstance(ctype, Float):
        return f"arith.{word}numf"
    return f"arith.{word}{'si' if isinstance(ctype, Int) and ctype.signed else 'ui'}"


def rounded(operation: str) -> Handler:
    """`__float2int32_<mode>(x)`."""

    def read(call: Call) -> Scalar:
        whole = call.emit(operation, [call.value(0, F32)], [F32.mlir()]).results[0]
        return Scalar(call.emit("arith.fptosi", [whole], [I32.mlir()]).results[0], I32)

    return read


def cast(operation: str, source: CType) -> Handler:
    """A conversion that is one operation."""

    def read(call: Call) -> Scalar:
        return call.emit_value(operation, [call.value(0, source)])

    return read


def load(space: str) -> Handler:
    """`__load_nram(p)`."""

    def read(call: Call) -> Value:
        expect_space(call, 0, call.buffer(0), space)
        return dereferenced(call.reader, call.pointer(0)).load(call.reader)

    return read


def store(space: str) -> Handler:
    """`__store_nram(p, value)`."""

    def read(call: Call) -> None:
        expect_space(call, 0, call.buffer(0), space)
        pointer = call.pointer(0)
        dereferenced(call.reader, pointer).store(call.reader, Scalar(call.value(1, pointer.pointee), pointer.pointee))

    return read


SPACES = ("nram", "gdram", "sram", "ldram")
SCALARS: dict[str, Handler] = {
    "min": extreme("min"),
    "max": extreme("max"),
    **{f"__float2int32{mode}": rounded(operation) for mode, operation in ROUNDINGS.items()},
    "__float2half_rn": cast("arith.truncf", F32),
    "__half2float": cast("arith.extf", F16),
    "__int322float": cast("arith.sitofp", I32),
    **{f"__load_{space}": load(space) for space in SPACES},
    **{f"__store_{space}": store(space) for space in SPACES},
    "__bang_printf": ignored,
}

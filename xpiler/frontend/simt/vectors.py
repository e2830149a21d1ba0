"""CUDA's and HIP's vector types: records by their header, vectors by their meaning."""

from __future__ import annotations

import re

from xpiler.frontend.c_types import BF16, F16, F32, F64, I8, I16, I32, I64, U8, U16, U32, U64, CType, Vector
from xpiler.frontend.calls import Call
from xpiler.frontend.language import Handler
from xpiler.frontend.standard_library import arithmetic_operator, lanewise
from xpiler.frontend.values import Scalar, Value

ELEMENTS: dict[str, CType] = {
    "char": I8, "uchar": U8, "short": I16, "ushort": U16, "int": I32, "uint": U32, "long": I64, "ulong": U64,
    "longlong": I64, "ulonglong": U64, "float": F32, "double": F64,
}  # fmt: skip
NAME = re.compile(rf"({'|'.join(ELEMENTS)})([1-4])")
OPERATORS = {"+": "add", "-": "sub", "*": "mul", "/": "div"}


def types() -> dict[str, CType]:
    """Vector types by their spelling."""
    found: dict[str, CType] = {
        f"{name}{lanes}": Vector(element, lanes, f"{name}{lanes}") for name, element in ELEMENTS.items() for lanes in (1, 2, 3, 4)
    }
    found["half2"] = Vector(F16, 2, "half2")
    found["xpiler_bfloat162"] = Vector(BF16, 2, "bfloat162")
    return found


def make(call: Call) -> Value:
    """`make_float4(a, b, c, d)`."""
    ctype = call.result_type
    assert isinstance(ctype, Vector)
    lanes = [call.value(k, ctype.element) for k in range(ctype.lanes)]
    return call.result(call.reader.lanes.build(lanes, ctype.mlir()))


def compound_operator(name: str) -> Handler:
    """`v += w`: the place is assigned, its new value returned."""

    def read(call: Call) -> Value:
        place = call.place(0)
        before = place.load(call.reader)
        assert isinstance(before, Scalar)
        after = Scalar(lanewise(call, name, before.ssa, call.value(1, place.ctype), place.ctype), place.ctype)
        place.store(call.reader, after)
        return after

    return read


def builtins() -> dict[str, Handler]:
    found: dict[str, Handler] = {f"make_{name}": make for name in types() if name != "xpiler_bfloat162"}
    for symbol, name in OPERATORS.items():
        found[f"operator{symbol}"] = arithmetic_operator(name)
        found[f"operator{symbol}="] = compound_operator(name)
    return found

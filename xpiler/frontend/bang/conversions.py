"""Conversions of buffers: `__bang_<source>2<target>[_mode](dst, src, n[, fix_position])`."""

from __future__ import annotations

from xpiler.frontend.bang.buffers import nram, refuse_unsigned
from xpiler.frontend.c_types import I32, U32
from xpiler.frontend.calls import Call
from xpiler.frontend.language import Handler

FLOATS = ("float", "half")
INTEGERS = ("int32", "int16", "int8", "uchar")
PAIRS = (
    *(("float", "half"), ("half", "float"), ("float", "bfloat16"), ("bfloat16", "float")),
    *((real, whole) for real in FLOATS for whole in INTEGERS),
    *((whole, real) for real in FLOATS for whole in INTEGERS),
)
MODES = ("", "_rn", "_rd", "_tz", "_oz", "_up", "_dn")


def convert(mode: str) -> Handler:
    """One rounding mode; without one the builtin's own."""

    def read(call: Call) -> None:
        refuse_unsigned(call, 0)
        refuse_unsigned(call, 1)
        position = [call.value(3, I32)] if len(call) > 3 else []
        kind = f"#bang.rounding<{mode or 'none'}>"
        call.emit("bang.convert", [nram(call, 0), nram(call, 1), call.value(2, U32), *position], kind=kind)

    return read


CONVERSIONS: dict[str, Handler] = {f"__bang_{source}2{target}{mode}": convert(mode[1:]) for source, target in PAIRS for mode in MODES}

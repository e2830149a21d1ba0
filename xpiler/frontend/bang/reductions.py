"""Pools, reductions, packing, lookups and atomics."""

from __future__ import annotations

from mlir import ir

from xpiler.frontend.bang.buffers import element, expect_space, nram, refuse_unsigned, typed
from xpiler.frontend.c_types import I8, I32, U32
from xpiler.frontend.calls import Call
from xpiler.frontend.language import Handler
from xpiler.frontend.values import Pointer, Scalar


def pool(kind: str) -> Handler:
    """`(dst, src, channel, height, width, kernel_height, kernel_width[, stride_width, stride_height])`."""

    def read(call: Call) -> None:
        sizes = [call.value(k, I32) for k in range(2, len(call))]
        if len(sizes) == 5:  # without strides windows do not overlap
            kernel_height, kernel_width = sizes[3:]
            sizes += [kernel_width, kernel_height]
        call.emit("bang.pool", [nram(call, 0), nram(call, 1), *sizes], kind=f"#bang.pool_kind<{kind}>")

    return read


def extreme(kind: str) -> Handler:
    """`(dst, src, n)`: the value, then its index."""

    def read(call: Call) -> None:
        refuse_unsigned(call, 0)
        call.emit("bang.arg", [nram(call, 0), nram(call, 1), call.value(2, U32)], kind=f"#bang.arg_kind<{kind}>")

    return read


def reduce_sum(call: Call) -> None:
    call.emit("bang.reduce_sum", [nram(call, 0), nram(call, 1), call.value(2, U32)])


def whole(operation: str) -> Handler:
    """`result = (src, n)`."""

    def read(call: Call) -> Scalar:
        return call.emit_value(operation, [nram(call, 0), call.value(1, U32)])

    return read


def collect(call: Call) -> None:
    call.emit("bang.select", [nram(call, 0), nram(call, 1), nram(call, 2), call.value(3, U32)])


def filter_elements(call: Call) -> Scalar:
    return call.emit_value("bang.filter", [nram(call, 0), nram(call, 1), nram(call, 2), call.value(3, U32)])


def maskmove(call: Call) -> None:
    operands = [expect_space(call, k, typed(call, k, I8), "nram") for k in range(3)]
    call.emit("bang.maskmove", [*operands, call.value(3, U32)])


def lookup(call: Call) -> None:
    call.emit("bang.lut", [nram(call, 0), nram(call, 1), nram(call, 2), call.value(3, U32), call.value(4, U32)])


def atomic(kind: str) -> Handler:
    """`(dst, gdram, value or buffer, n)`: the old values go to dst."""

    def read(call: Call) -> None:
        target = expect_space(call, 1, call.buffer(1), "gdram")
        operands = [nram(call, 0), target, _operand(call, 2), call.value(3, U32)]
        call.emit("bang.atomic", operands, kind=f"#bang.atomic_kind<{kind}>")

    return read


def atomic_reduce(kind: str) -> Handler:
    """`(gdram, value or buffer, n)`."""

    def read(call: Call) -> None:
        target = expect_space(call, 0, call.buffer(0), "gdram")
        call.emit("bang.atomic_reduce", [target, _operand(call, 1), call.value(2, U32)], kind=f"#bang.atomic_kind<{kind}>")

    return read


def _operand(call: Call, position: int) -> ir.Value:
    return nram(call, position) if isinstance(call.any(position), Pointer) else call.value(position, element(call, 0))


REDUCTIONS: dict[str, Handler] = {
    **{f"__bang_{kind}pool": pool(kind) for kind in ("sum", "max", "min", "avg")},
    **{f"__bang_arg{kind}": extreme(kind) for kind in ("max", "min")},
    **{f"__bang_{kind}": extreme(kind) for kind in ("max", "min")},
    "__bang_reduce_sum": reduce_sum,
    "__bang_sum": whole("bang.sum"),
    "__bang_count": whole("bang.count"),
    "__bang_collect": collect,
    "__bang_filter": filter_elements,
    "__bang_maskmove": maskmove,
    "__bang_lut": lookup,
    **{f"__bang_atomic_{kind}": atomic(kind) for kind in ("add", "max", "min")},
    **{f"__bang_atomic_reduce_{kind}": atomic_reduce(kind) for kind in ("add", "max", "min")},
}

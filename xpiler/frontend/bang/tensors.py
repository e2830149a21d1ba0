"""Matrix products, convolutions and layout changes."""

from __future__ import annotations

from mlir import ir

from xpiler.frontend.bang.buffers import element, expect_space, nram
from xpiler.frontend.c_types import I32, Float
from xpiler.frontend.calls import Call
from xpiler.frontend.language import Handler
from xpiler.frontend.values import Pointer


def transpose(call: Call) -> None:
    call.emit("bang.transpose", [nram(call, 0), nram(call, 1), call.value(2, I32), call.value(3, I32)])


def pad(call: Call) -> None:
    ctype = element(call, 0)
    value = call.value(9, ctype) if len(call) > 9 else call.reader.builder.zero(ctype)
    call.emit("bang.pad", [nram(call, 0), nram(call, 1), *(call.value(k, I32) for k in range(2, 9)), value])


def matmul(call: Call) -> None:
    """`(dst, a, b, M, K, N[, fix_position])`."""
    operands = [nram(call, 0), nram(call, 1), _filter(call, 2), *(call.value(k, I32) for k in range(3, len(call)))]
    call.emit("bang.matmul", operands, layout=_layout(call))


def mlp(call: Call) -> None:
    """`(dst, src[, bias], filter, height, width[, fix_position])`."""
    has_bias = isinstance(call.any(3), Pointer)
    first = 4 if has_bias else 3
    bias = [nram(call, 2)] if has_bias else []
    sizes = [call.value(k, I32) for k in range(first, len(call))]
    segments = [1, 1, len(bias), 1, 1, 1, len(sizes) - 2]
    operands = [nram(call, 0), nram(call, 1), *bias, _filter(call, first - 1), *sizes]
    call.emit("bang.mlp", operands, layout=_layout(call), operandSegmentSizes=ir.DenseI32ArrayAttr.get(segments))


def conv(call: Call) -> None:
    """`(dst, src, kernel, Ci, H, W, Kh, Kw, stride_w, stride_h, Co[, fix_position])`."""
    sizes = [call.value(k, I32) for k in range(3, len(call))]
    segments = [1, 1, 1, 0, *[1] * 8, len(sizes) - 8, 0, 0]
    operands = [nram(call, 0), nram(call, 1), _filter(call, 2), *sizes]
    call.emit("bang.conv", operands, operandSegmentSizes=ir.DenseI32ArrayAttr.get(segments))


def reshape_filter(call: Call) -> None:
    """The hardware's order of WRAM: WRAM is flat here, so this is a copy of n * h * w * c elements."""
    builder = call.reader.builder
    count = call.value(2, I32)
    for position in (3, 4, 5):
        count = builder.value("arith.muli", [count, call.value(position, I32)], I32.mlir())
    ctype = element(call, 0)
    width = ctype.bits // 8 if isinstance(ctype, Float) or hasattr(ctype, "bits") else 1
    size = builder.value("arith.muli", [count, builder.constant(width, I32.mlir())], I32.mlir())
    call.emit("bang.move", [nram(call, 0), nram(call, 1), size])


def _filter(call: Call, position: int) -> ir.Value:
    return expect_space(call, position, call.buffer(position), "wram")


def _layout(call: Call) -> ir.Attribute:
    """What the source means by the right operand: the option, the manual's [N][K] without it."""
    return ir.Attribute.parse(f"#bang<filter_layout {call.reader.options.bang_weights}>")


TENSORS: dict[str, Handler] = {
    "__bang_transpose": transpose,
    "__bang_pad": pad,
    "__bang_matmul": matmul,
    "__bang_mlp": mlp,
    "__bang_conv": conv,
    "__bang_reshape_filter": reshape_filter,
}

"""Element-wise builtins: unary, binary, with a scalar, with a repeated segment, fused, bitwise."""

from __future__ import annotations

from xpiler.frontend.bang.buffers import element, nram, refuse_unsigned
from xpiler.frontend.c_types import U32
from xpiler.frontend.calls import Call
from xpiler.frontend.language import Handler
from xpiler.frontend.values import Pointer

ACTIVE = (
    "abs", "relu", "sign", "exp", "exphp", "exp_less_0", "gelu", "gelup", "log", "loghp", "pow2", "recip", "reciphp",
    "rsqrt", "rsqrthp", "sqrt", "sqrthp", "sigmoid", "tanh", "sin", "cos",
)  # fmt: skip
UNARY = (
    "recip",
    "sqrt",
    "rsqrt",
    "sin",
    "cos",
    "log2",
    "pow2",
    "floor",
    "round",
    "nearbyint",
    "abs",
    "neg",
    "square",
    "relu",
    "not",
    "sigmoid",
    "tanh",
    "exp",
)
ARITHMETIC = ("add", "sub", "mul", "div")
COMPARE = ("eq", "ne", "gt", "ge", "lt", "le", "and", "or", "xor", "maxequal", "minequal", "maximum", "minimum")
SIGN_DEPENDENT = {"div", "gt", "ge", "lt", "le", "maxequal", "minequal", "maximum", "minimum", "abs", "neg", "relu", "square"}
FUSIONS = ("fma", "fms", "fam", "fsm", "faa", "fas", "fss", "fsa")


def unary(kind: str) -> Handler:
    """`(dst, src, n)`."""

    def read(call: Call) -> None:
        _check_sign(call, kind)
        call.emit("bang.unary", [nram(call, 0), nram(call, 1), call.value(2, U32)], kind=f"#bang.unary_kind<{kind}>")

    return read


def binary(kind: str) -> Handler:
    """`(dst, a, b, n)`, where b is a buffer or (old and new spellings of div) a number; five arguments: one is scratch."""

    def read(call: Call) -> None:
        _check_sign(call, kind)
        attribute = f"#bang.binary_kind<{kind}>"
        count = call.value(len(call) - 1, U32)
        if isinstance(call.any(2), Pointer):
            call.emit("bang.binary", [nram(call, 0), nram(call, 1), nram(call, 2), count], kind=attribute)
        else:
            _with_scalar(call, attribute, 2, count)

    return read


def binary_scalar(kind: str, value: int = 2, count: int = 3) -> Handler:
    """`(dst, src, value, n)`."""

    def read(call: Call) -> None:
        _check_sign(call, kind)
        _with_scalar(call, f"#bang.binary_kind<{kind}>", value, call.value(count, U32))

    return read


def _with_scalar(call: Call, attribute: str, position: int, count) -> None:
    value = call.value(position, element(call, 0))
    call.emit("bang.binary_scalar", [nram(call, 0), nram(call, 1), value, count], kind=attribute)


def cycle(kind: str) -> Handler:
    """`(dst, src, seg, n, seg_n)`."""

    def read(call: Call) -> None:
        _check_sign(call, kind)
        operands = [nram(call, 0), nram(call, 1), nram(call, 2), call.value(3, U32), call.value(4, U32)]
        call.emit("bang.cycle", operands, kind=f"#bang.binary_kind<{kind}>")

    return read


def fusion(call: Call) -> None:
    """`__bang_fusion(op, dst, a, b, c, n[, seg_n])`."""
    ctype = element(call, 1)
    kind = f"#bang.fusion_kind<{FUSIONS[call.constant(0)]}>"
    sides = [nram(call, k) if isinstance(call.any(k), Pointer) else call.value(k, ctype) for k in (3, 4)]
    counts = [call.value(k, U32) for k in range(5, len(call))]
    call.emit("bang.fusion", [nram(call, 1), nram(call, 2), *sides, *counts], kind=kind)


def _check_sign(call: Call, kind: str) -> None:
    if kind in SIGN_DEPENDENT:
        refuse_unsigned(call, 0)


VECTORS: dict[str, Handler] = {
    **{f"__bang_{kind}": unary(kind) for kind in UNARY},
    **{f"__bang_active_{kind}": unary(f"active_{kind}") for kind in ACTIVE},
    # The manual defines __bang_log as the binary logarithm; the natural one is __bang_active_log.
    "__bang_log": unary("log2"),
    **{f"__bang_{kind}": binary(kind) for kind in (*ARITHMETIC, *COMPARE, "nan_maximum", "nan_minimum")},
    **{f"__bang_{kind}_scalar": binary_scalar(kind) for kind in (*ARITHMETIC, *COMPARE)},
    **{f"__bang_{kind}_const": binary_scalar(kind) for kind in ("add", "sub", "mul")},
    **{f"__bang_cycle_{kind}": cycle(kind) for kind in (*ARITHMETIC, *COMPARE)},
    **{f"__bang_b{kind}": binary(f"b{kind}") for kind in ("and", "or", "xor")},
    **{f"__bang_cycle_b{kind}": cycle(f"b{kind}") for kind in ("and", "or", "xor")},
    "__bang_bnot": unary("bnot"),
    "__bang_maxeq_scalar": binary_scalar("maxequal"),
    "__bang_mineq_scalar": binary_scalar("minequal"),
    "__bang_relun": binary_scalar("relun", value=3, count=2),
    "__bang_fusion": fusion,
}

"""The operations of BANG that `semantics_check.py` puts to the prover's meanings and to the simulator alike: text, operands, meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from semantics_operands import DTYPES, F16, F32, I8, I16, I32, MARK, numbers

from xpiler.dialects.semantics import Wanted

N = 64
CTYPES = {F32: "float", F16: "half", I8: "char", I16: "short", I32: "int"}


@dataclass(frozen=True)
class Case:
    """One builtin: its meaning, the element types and lengths of its arrays (the destination first) and the call on D, A, B, C.

    `scalars` are the meaning's arguments after the arrays; `close` says how results are compared, `domain` what operands are.
    """

    wanted: Wanted
    types: tuple[str, ...]
    counts: tuple[int, ...]
    call: str
    scalars: tuple[int | float, ...]
    close: str = "exact"
    domain: str = "any"

    def operands(self, generator: np.random.Generator) -> list[np.ndarray]:
        """The destination, marked, and random sources."""
        made = [np.full(self.counts[0], MARK, DTYPES[self.types[0]])]
        for type_, count in zip(self.types[1:], self.counts[1:], strict=True):
            made.append(numbers(generator, np.dtype(DTYPES[type_]), count, self.domain))
        return made


def _case(op: str, kind: str, types: tuple[str, ...], call: str, *scalars: int | float, **more: object) -> Case:
    counts = more.pop("counts", (N,) * len(types))
    words = frozenset(more.pop("words", ()))
    return Case(Wanted(f"bang.{op}", (kind,) if kind else (), words, types), types, counts, call, scalars, **more)  # type: ignore[arg-type]


FUNCTIONS = {
    "exp": "active_exp", "active_exphp": "active_exphp", "log": "active_log", "log2": "log2", "exp2": "pow2", "sqrt": "sqrt",
    "rsqrt": "rsqrt", "sin": "sin", "cos": "cos", "active_tanh": "active_tanh", "active_sigmoid": "active_sigmoid",
    "active_gelu": "active_gelu", "active_gelup": "active_gelup", "recip": "recip",
}  # fmt: skip
POSITIVE = {"log", "log2", "sqrt", "rsqrt", "recip"}
EXACT_FLOAT = ("abs", "neg", "square", "floor", "round", "nearbyint", "relu", "not", "active_sign", "active_abs")
EXACT_INTEGER = ("abs", "neg", "square", "relu", "not")
ARITHMETIC = ("add", "sub", "mul", "maxequal", "minequal", "maximum", "minimum")
LOGIC = ("eq", "ne", "gt", "ge", "lt", "le", "and", "or", "xor")
FUSIONS = ("fma", "fms", "fam", "fsm", "faa", "fas", "fss", "fsa")


def bang_cases() -> Iterator[Case]:
    """Every family of `dialects/bang/semantics.mlir`."""
    for family in (_unary, _binary, _forms, _fusion, _reductions, _packing, _conversions, _windows, _products, _movement):
        yield from family()


def _unary() -> Iterator[Case]:
    for kind, builtin in FUNCTIONS.items():
        domain = "positive" if kind in POSITIVE else "finite"
        yield _case("unary", kind, (F32, F32), f"__bang_{builtin}(D, A, {N})", N, close="function", domain=domain)
    for type_, kinds in ((F32, EXACT_FLOAT), (F16, ("abs", "neg", "relu", "not")), (I32, EXACT_INTEGER), (I16, EXACT_INTEGER)):
        for kind in kinds:
            yield _case("unary", kind, (type_, type_), f"__bang_{kind}(D, A, {N})", N)


def _binary() -> Iterator[Case]:
    for type_ in (F32, F16, I32, I16):
        for kind in (*ARITHMETIC, *LOGIC):
            close = "zeros" if kind in ("maximum", "minimum") else "exact"
            yield _case("binary", kind, (type_,) * 3, f"__bang_{kind}(D, A, B, {N})", N, close=close)
    for kind in ("nan_maximum", "nan_minimum"):
        yield _case("binary", kind, (F32,) * 3, f"__bang_{kind}(D, A, B, {N})", N, close="zeros")
    for kind in ("div",):
        yield _case("binary", kind, (F32,) * 3, f"__bang_{kind}(D, A, B, {N})", N, domain="positive")
    for kind in ("adds", "subs"):
        yield _case("binary", kind, (I8,) * 3, f"__bang_{kind}(D, A, B, {N})", N)
        yield _case("binary", kind, (I16,) * 3, f"__bang_{kind}(D, A, B, {N})", N)
    for kind in ("band", "bor", "bxor"):
        yield _case("binary", kind, (I8,) * 3, f"__bang_{kind}(D, A, B, {N})", N)


def _forms() -> Iterator[Case]:
    for type_, value in ((F32, 1.5), (F16, -0.25), (I32, 3)):
        for kind in (*ARITHMETIC, "gt", "le", "and"):
            name = kind.replace("equal", "eq") if kind.endswith("equal") else kind
            close = "zeros" if kind in ("maximum", "minimum") else "exact"
            yield _case(
                "binary_scalar", kind, (type_, type_), f"__bang_{name}_scalar(D, A, ({CTYPES[type_]}){value}, {N})", value, N, close=close
            )
            cycle = f"__bang_cycle_{kind}(D, A, B, {N}, 16)"
            yield _case("cycle", kind, (type_,) * 3, cycle, N, 16, counts=(N, N, 16), close=close)


def _fusion() -> Iterator[Case]:
    for kind in FUSIONS:
        call = f"__bang_fusion(FUSION_{kind.upper()}, D, A, B, C, {N}, 16)"
        form = {"counts": (N, N, 16, 16), "words": ("vector_vector",), "domain": "finite", "close": "function"}
        yield _case("fusion", kind, (F32,) * 4, call, N, 16, **form)


def _reductions() -> Iterator[Case]:
    yield _case("reduce_sum", "", (F32, F32), f"__bang_reduce_sum(D, A, {N})", N, domain="small")
    for kind in ("max", "min"):
        for type_, domain in ((F32, "finite"), (I32, "any")):
            yield _case("arg", kind, (type_, type_), f"__bang_arg{kind}(D, A, {N})", N, domain=domain)


def _packing() -> Iterator[Case]:
    yield _case("select", "", (F32,) * 3, f"__bang_select(D, A, B, {N})", N, domain="small")
    yield _case("lut", "", (F32, I32, F32), f"__bang_lut(D, (unsigned *)A, B, {N}, 32)", N, 32, counts=(N, N, 32), domain="small")
    yield _case("maskmove", "", (I8, I8, I8), f"__bang_maskmove(D, A, B, {N})", N, counts=(N, N, 8))


def _conversions() -> Iterator[Case]:
    yield _case("convert", "rn", (F16, F32), f"__bang_float2half_rn(D, A, {N})", N)
    yield _case("convert", "none", (F32, F16), f"__bang_half2float(D, A, {N})", N)
    for mode in ("rn", "rd", "tz", "up", "dn", "oz"):
        yield _case("convert", mode, (I32, F32), f"__bang_float2int32_{mode}(D, A, {N}, 0)", N, domain="finite")
    yield _case("convert", "tz", (I8, F32), f"__bang_float2int8_tz(D, A, {N}, -1)", N, -1, words=("fixed",), domain="finite")
    yield _case("convert", "none", (F32, I8), f"__bang_int82float(D, A, {N}, -2)", N, -2, words=("fixed",))


def _windows() -> Iterator[Case]:
    image = (3, 4, 5)
    for kind in ("sum", "max", "min", "avg"):
        call = f"__bang_{kind}pool(D, A, 3, 4, 5, 2, 3, 2, 1)"
        close = "function" if kind == "avg" else "exact"
        yield _case("pool", kind, (F32, F32), call, *image, 2, 3, 2, 1, counts=(18, 60), domain="small", close=close)
    for type_ in (F32, F16, I8):
        yield _case("transpose", "", (type_, type_), "__bang_transpose(D, A, 5, 12)", 5, 12, counts=(60, 60))
    yield _case("pad", "", (F32, F32), "__bang_pad(D, A, 2, 2, 3, 1, 0, 2, 1, 9.0f)", 2, 2, 3, 1, 0, 2, 1, 9.0, counts=(36, 12))


def _products() -> Iterator[Case]:
    for type_, fixed in ((F32, ""), (F16, ""), (I8, ", 2")):
        words, more = (("fixed",), (2,)) if fixed else ((), ())
        types, counts = (F32, type_, type_), (3 * 64, 3 * 64, 64 * 64)
        call = f"__bang_matmul(D, A, WB, 3, 64, 64{fixed})"
        yield _case("matmul", "nk", types, call, 3, 64, 64, *more, counts=counts, words=words, domain="small")
        call = f"__bang_mlp(D, A, WB, 64, 64{fixed})"
        yield _case("mlp", "nk", types, call, 64, 64, *more, counts=(64, 64, 64 * 64), words=words, domain="small")
    shape = (16, 4, 5, 2, 2, 2, 1, 64)
    call = "__bang_conv(D, A, WB, 16, 4, 5, 2, 2, 2, 1, 64)"
    yield _case("conv", "", (F32,) * 3, call, *shape, counts=(3 * 2 * 64, 4 * 5 * 16, 64 * 2 * 2 * 16), domain="small")


def _movement() -> Iterator[Case]:
    yield _case("memcpy", "", (F32, F32), "__memcpy(D, A, 160, NRAM2NRAM)", 160)
    yield _case("memcpy_2d", "", (F32, F32), "__memcpy(D, A, 20, NRAM2NRAM, 32, 64, 2)", 20, 32, 64, 2)
    yield _case("memcpy_3d", "", (F32, F32), "__memcpy(D, A, 8, NRAM2NRAM, 16, 1, 80, 1, 28, 3, 0, 0)", 8, 16, 1, 80, 1, 28, 3, 0, 0)
    yield _case("fill", "", (F32,), "__bang_write_value(D, 10, 2.5f)", 2.5, 10)

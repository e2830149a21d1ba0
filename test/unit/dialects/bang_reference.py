"""What every bang operation computes, stated in numpy from the manual, apart from semantics.mlir.

`cases()` gives for each operation, kind and element class one call: its operands (the destination first, filled with
a mark) and what the destination holds afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from xpiler.dialects.semantics import Wanted

MARK = 77
N = 64
F32, F16, I8, I16, I32 = np.float32, np.float16, np.int8, np.int16, np.int32
TYPES = {F32: "f32", F16: "f16", I8: "i8", I16: "i16", I32: "i32"}


@dataclass(frozen=True)
class Case:
    """One call of a meaning: `arguments` are arrays and integers, `expected` the first array afterwards."""

    wanted: Wanted
    arguments: tuple
    expected: np.ndarray
    result: float | int | None = None

    def __str__(self) -> str:
        return str(self.wanted)


def data(dtype: type, count: int = N, seed: int = 1, low: float = -3, high: float = 3) -> np.ndarray:
    """Random elements, a few of them equal, a few of them zero."""
    generator = np.random.default_rng(seed)
    values = generator.integers(-100, 100, count) if np.dtype(dtype).kind == "i" else generator.uniform(low, high, count)
    values[3:count:17] = 0
    values[5:count:19] = values[4]
    return values.astype(dtype)


def mark(dtype: type, count: int = N) -> np.ndarray:
    return np.full(count, MARK, dtype)


def wanted(op: str, *arrays: np.ndarray, kinds: tuple[str, ...] = (), words: tuple[str, ...] = ()) -> Wanted:
    return Wanted(f"bang.{op}", kinds, frozenset(words), tuple(TYPES[array.dtype.type] for array in arrays))


def gelu(x: np.ndarray) -> np.ndarray:
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


UNARY: dict[str, Callable] = {
    "exp": np.exp, "log": np.log, "log2": np.log2, "exp2": np.exp2, "sqrt": np.sqrt, "rsqrt": lambda x: 1 / np.sqrt(x),
    "recip": lambda x: 1 / x, "sin": np.sin, "cos": np.cos, "tanh": np.tanh, "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "abs": np.abs, "neg": np.negative, "square": np.square, "floor": np.floor, "relu": lambda x: np.maximum(x, 0),
    "round": lambda x: np.trunc(x + np.copysign(0.5, x)), "nearbyint": np.rint, "sign": lambda x: np.where(x >= 0, 1, -1),
    "not": lambda x: x == 0, "active_gelup": gelu, "active_gelu": gelu, "active_exphp": np.exp, "pow2": np.exp2,
}  # fmt: skip
POSITIVE = ("log", "log2", "sqrt", "rsqrt", "recip")
INT_UNARY = ("abs", "neg", "square", "relu", "not")
BINARY: dict[str, Callable] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "maxequal": np.maximum, "minequal": np.minimum,
    "maximum": np.fmax, "minimum": np.fmin, "eq": np.equal, "ne": np.not_equal, "gt": np.greater, "ge": np.greater_equal,
    "lt": np.less, "le": np.less_equal, "and": np.logical_and, "or": np.logical_or, "xor": np.logical_xor,
}  # fmt: skip
BITWISE: dict[str, Callable] = {"band": np.bitwise_and, "bor": np.bitwise_or, "bxor": np.bitwise_xor}
FUSION: dict[str, Callable] = {
    "fma": lambda a, b, c: a * b + c, "fms": lambda a, b, c: a * b - c, "fam": lambda a, b, c: (a + b) * c,
    "fsm": lambda a, b, c: (a - b) * c, "faa": lambda a, b, c: a + b + c, "fas": lambda a, b, c: a + b - c,
    "fss": lambda a, b, c: a - b - c, "fsa": lambda a, b, c: a - b + c,
}  # fmt: skip


def cases() -> Iterator[Case]:
    """Every case."""
    for family in (unary, binary, saturation, fusion, copies, reductions, packing, conversions, pools, layouts, products):
        yield from family()


def unary() -> Iterator[Case]:
    for dtype, names in ((F32, UNARY), (I32, INT_UNARY), (I8, INT_UNARY)):
        for kind in names:
            x = data(dtype)
            x = np.abs(x) + F32(0.5) if kind in POSITIVE else x
            yield Case(wanted("unary", x, x, kinds=(kind,)), (mark(dtype), x, N), UNARY[kind](x).astype(dtype))


def binary() -> Iterator[Case]:
    for dtype in (F32, F16, I32, I16):
        x, y = data(dtype), data(dtype, seed=2)
        y[7:20] = x[7:20]
        for kind, function in (BINARY | (BITWISE if dtype in (I32, I16) else {})).items():
            yield Case(wanted("binary", x, x, x, kinds=(kind,)), (mark(dtype), x, y, N), function(x, y).astype(dtype))
    x, seg = data(F32), data(F32, 16, seed=3)
    for kind in ("sub", "maxequal", "gt"):
        yield Case(wanted("cycle", x, x, x, kinds=(kind,)), (mark(F32), x, seg, N, 16), BINARY[kind](x, np.tile(seg, 4)).astype(F32))
        yield Case(wanted("binary_scalar", x, x, kinds=(kind,)), (mark(F32), x, 1.5, N), BINARY[kind](x, F32(1.5)).astype(F32))
    nan = x.copy()
    nan[::5] = np.nan
    yield Case(
        wanted("binary", x, x, x, kinds=("maxequal",)),
        (mark(F32), nan, seg.repeat(4), N),
        np.where(seg.repeat(4) > nan, seg.repeat(4), nan),
    )


def saturation() -> Iterator[Case]:
    x, y = data(I8), data(I8, seed=2)
    for kind, function in (("adds", np.add), ("subs", np.subtract)):
        exact = function(x.astype(I32), y.astype(I32))
        yield Case(wanted("binary", x, x, x, kinds=(kind,)), (mark(I8), x, y, N), exact.clip(-128, 127).astype(I8))


def fusion() -> Iterator[Case]:
    a, b, c = data(F32), data(F32, 16, 2), data(F32, 16, 3)
    for kind, function in FUSION.items():
        expected = function(a, np.tile(b, 4), np.tile(c, 4))
        yield Case(wanted("fusion", a, a, b, c, kinds=(kind,), words=("vector_vector",)), (mark(F32), a, b, c, N, 16), expected)
    yield Case(wanted("fusion", a, a, kinds=("fma",), words=("scalar_scalar",)), (mark(F32), a, 2.0, 0.5, N), a * F32(2) + F32(0.5))


def copies() -> Iterator[Case]:
    x = data(F32)
    for op in ("memcpy", "move"):
        yield Case(wanted(op, x, x), (mark(F32), x, 40 * 4), np.concatenate([x[:40], mark(F32, 24)]))
    for op in ("memcpy_2d", "move_2d"):  # 3 segments of 5 elements: strides of 8 and 16
        expected = mark(F32)
        for s in range(3):
            expected[8 * s : 8 * s + 5] = x[16 * s : 16 * s + 5]
        yield Case(wanted(op, x, x), (mark(F32), x, 20, 32, 64, 2), expected)
    expected = mark(F32)  # 4 segments of 2: 2 x 2 on the destination, 4 x 1 on the source
    for k in range(4):
        to = 4 * (k % 2) + 20 * (k // 2)
        expected[to : to + 2] = x[7 * k : 7 * k + 2]
    yield Case(wanted("memcpy_3d", x, x), (mark(F32), x, 8, 16, 1, 80, 1, 28, 3, 0, 0), expected)
    yield Case(wanted("fill", x), (mark(F32), 2.5, 10), np.concatenate([np.full(10, 2.5, F32), mark(F32, 54)]))
    expected = mark(F32)
    expected[0:3] = expected[16:19] = 2.5
    yield Case(wanted("fill_2d", x), (mark(F32), 2.5, 3, 64, 1), expected)


def reductions() -> Iterator[Case]:
    for dtype in (F32, I32):
        x = data(dtype)
        expected = mark(dtype)
        expected[0], expected[32] = x[:32].sum(dtype=dtype), x[32:].sum(dtype=dtype)
        yield Case(wanted("reduce_sum", x, x), (mark(dtype), x, N), expected)
        for kind, where in (("max", np.argmax(x)), ("min", np.argmin(x))):
            expected = mark(dtype)
            expected[0], expected[1] = x[where], np.array([where], I32).view(dtype)[0]
            yield Case(wanted("arg", x, x, kinds=(kind,)), (mark(dtype), x, N), expected)
    x = data(F32)
    yield Case(wanted("sum", x), (x, N), x, result=float(x.sum(dtype=F32)))
    yield Case(wanted("count", x), (x, N), x, result=int(np.count_nonzero(x)))


def packing() -> Iterator[Case]:
    x, m = data(F32), data(F32, seed=5)
    kept = x[m != 0]
    expected = np.concatenate([kept, mark(F32, N - len(kept))])
    yield Case(wanted("select", x, x, x), (mark(F32), x, m, N), expected)
    yield Case(wanted("filter", x, x, x), (mark(F32), x, m, N), expected, result=len(kept))
    bits, bytes_ = data(I8, 8), data(I8)
    chosen = np.unpackbits(bits.view(np.uint8), bitorder="little").astype(bool)
    yield Case(wanted("maskmove", bytes_, bytes_, bits), (mark(I8), bytes_, bits, N), np.where(chosen, bytes_, I8(MARK)))
    index, table = np.arange(N, dtype=I32) * 7 % 40, data(F32, 32)
    expected = np.where(index < 32, table[index % 32], F32(MARK))
    yield Case(wanted("lut", table, index, table), (mark(F32), index, table, N, 32), expected)


def conversions() -> Iterator[Case]:
    x = data(F32, high=40, low=-40)
    x[:4] = (0.5, 1.5, -2.5, -0.5)
    yield Case(wanted("convert", data(F16), x, kinds=("rn",)), (mark(F16), x, N), x.astype(F16))
    yield Case(wanted("convert", x, data(F16), kinds=("none",)), (mark(F32), data(F16), N), data(F16).astype(F32))
    away = np.trunc(x + np.copysign(0.5, x))
    for kind, rounded in (
        ("rn", np.rint(x)),
        ("rd", away),
        ("tz", np.trunc(x)),
        ("up", np.ceil(x)),
        ("dn", np.floor(x)),
        ("none", np.trunc(x)),
    ):
        yield Case(wanted("convert", data(I32), x, kinds=(kind,)), (mark(I32), x, N), rounded.astype(I32))
    away_from_zero = np.copysign(np.ceil(np.abs(x)), x)
    yield Case(wanted("convert", data(I32), x, kinds=("oz",)), (mark(I32), x, N), away_from_zero.astype(I32))
    yield Case(wanted("convert", data(I8), x, kinds=("tz",), words=("fixed",)), (mark(I8), x, N, 1), np.trunc(x / 2).astype(I8))
    i = data(I8)
    yield Case(wanted("convert", x, i, kinds=("none",), words=("fixed",)), (mark(F32), i, N, -2), (i / 4).astype(F32))


def pools() -> Iterator[Case]:
    height, width, channels = 4, 5, 3
    x = data(F32, height * width * channels)
    image = x.reshape(height, width, channels)
    for kind, reduce in (("sum", np.sum), ("max", np.max), ("min", np.min), ("avg", np.mean)):
        out = [
            reduce(image[y : y + 2, 2 * c : 2 * c + 3], axis=(0, 1)) for y in range(3) for c in range(2)
        ]  # 2 x 3, strides 2 across, 1 down
        expected = np.concatenate([np.array(out, F32).ravel(), mark(F32, N - 18)])
        yield Case(wanted("pool", x, x, kinds=(kind,)), (mark(F32), x, channels, height, width, 2, 3, 2, 1), expected)
    row = data(F32)
    yield Case(
        wanted("pool", x, x, kinds=("sum",)),
        (mark(F32), row, 1, 1, N, 1, N, 1, 1),
        np.concatenate([[row.sum()], mark(F32, N - 1)]).astype(F32),
    )


def layouts() -> Iterator[Case]:
    for dtype in (F32, I8, F16):
        x = data(dtype, 60)
        yield Case(wanted("transpose", x, x), (mark(dtype, 60), x, 5, 12), x.reshape(5, 12).T.ravel())
    x = data(F32, 12)
    padded = np.pad(x.reshape(2, 3, 2), ((1, 0), (2, 1), (0, 0)), constant_values=9)
    yield Case(wanted("pad", x, x), (mark(F32, 36), x, 2, 2, 3, 1, 0, 2, 1, 9.0), padded.ravel())


def products() -> Iterator[Case]:
    m, k, n = 3, 8, 5
    for dtype, words, position in ((F32, (), ()), (F16, (), ()), (I8, ("fixed",), (2,)), (I16, ("fixed",), (-1,))):
        a, b = data(dtype, m * k), data(dtype, k * n, 2)
        scale = 2.0 ** position[0] if position else 1
        wide = np.int64 if words else np.float64
        for layout, right in (("nk", b.reshape(n, k).T), ("kn", b.reshape(k, n))):
            exact = a.reshape(m, k).astype(wide) @ right.astype(wide) * scale
            form = wanted("matmul", mark(F32), a, b, kinds=(layout,), words=words)
            yield Case(form, (mark(F32, m * n), a, b, m, k, n, *position), exact.astype(F32).ravel())
        exact = b.reshape(n, k).astype(wide) @ a[:k].astype(wide) * scale
        form = wanted("mlp", mark(F32), a, b, kinds=("nk",), words=words)
        yield Case(form, (mark(F32, n), a[:k].copy(), b, n, k, *position), exact.astype(F32))
    yield from biased_products()
    yield from convolutions()


def biased_products() -> Iterator[Case]:
    x, bias, w = data(F32, 8), data(F32, 5, 4), data(F32, 40, 2)
    form = wanted("mlp", x, x, bias, w, kinds=("nk",), words=("bias",))
    yield Case(form, (mark(F32, 5), x, bias, w, 5, 8), w.reshape(5, 8) @ x + bias)


def convolutions() -> Iterator[Case]:
    x, w = data(F32, 4 * 5 * 2), data(F32, 3 * 2 * 2 * 2, 2)
    image, kernel = x.reshape(4, 5, 2), w.reshape(3, 2, 2, 2)
    out = [[[(image[y : y + 2, 2 * c : 2 * c + 2] * kernel[o]).sum() for o in range(3)] for c in range(2)] for y in range(3)]
    yield Case(wanted("conv", x, x, w), (mark(F32, 18), x, w, 2, 4, 5, 2, 2, 2, 1, 3), np.array(out, F32).ravel())

"""half and bfloat16: conversions for every bit pattern, arithmetic with one rounding, against numpy."""

from __future__ import annotations

import numpy as np
import pytest
from simulated import i32

HEAD = "#include <cuda_fp16.h>\n#include <cuda_bf16.h>\n"


def same(actual: np.ndarray, expected: np.ndarray) -> None:
    """Equal bits, any NaN like any other."""
    nan = np.isnan(expected)
    np.testing.assert_array_equal(np.isnan(actual), nan)
    np.testing.assert_array_equal(actual[~nan].view(np.uint16), expected[~nan].view(np.uint16))


def floats_near_halves() -> np.ndarray:
    """Every half, the middle to its neighbour, and the floats on either side of both."""
    values = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float32)
    values = values[np.isfinite(values)]
    middles = ((values[:-1].astype(np.float64) + values[1:]) / 2).astype(np.float32)
    edges = [65504.0, 65519.99, 65520.0, 1e9, -1e9, np.inf, -np.inf, np.nan, 0.0, -0.0, 2.0**-25, 2.0**-26]
    points = np.concatenate([values, middles, edges])
    points = points.astype(np.float32)
    return np.concatenate([points, np.nextafter(points, np.float32(np.inf)), np.nextafter(points, np.float32(-np.inf))])


def elementwise(simulate, expression: str, *inputs: np.ndarray, result: str, text: str = HEAD, strict: bool = False) -> np.ndarray:
    """out[i] = expression of a[i], b[i], c[i]."""
    types = {"float16": "half", "uint16": "unsigned short", "float32": "float", "int32": "int"}
    parameters = ", ".join(f"const {types[str(array.dtype)]} *p{n}" for n, array in enumerate(inputs))
    names = " ".join(f"auto {letter} = p{n}[i];" for n, letter in enumerate("abc"[: len(inputs)]))
    machine = simulate(
        f"{text}__global__ void k({parameters}, {types[result]} *out, int n) {{"
        f" int i = blockIdx.x * 256 + threadIdx.x; if (i < n) {{ {names} out[i] = {expression}; }} }}",
        strict=strict,
    )
    out = np.zeros(len(inputs[0]), result)
    assert machine.launch("k", *inputs, out, i32(len(out)), grid=-(-len(out) // 256), block=256) == 0
    return out


def elementwise_many(simulate, expressions: list[str], a: np.ndarray, b: np.ndarray, c: np.ndarray) -> list[np.ndarray]:
    """One array of halves for each expression of a, b and c."""
    kernels = (
        f"__global__ void k{n}(const half *p, const half *q, const half *r, half *out, int n) {{"
        f" int i = blockIdx.x * 256 + threadIdx.x; if (i >= n) return; half a = p[i], b = q[i], c = r[i]; out[i] = {expression}; }}\n"
        for n, expression in enumerate(expressions)
    )
    machine = simulate(HEAD + "".join(kernels), strict=False)
    results = []
    for n in range(len(expressions)):
        results.append(np.zeros(len(a), np.float16))
        assert machine.launch(f"k{n}", a, b, c, results[-1], i32(len(a)), grid=-(-len(a) // 256), block=256) == 0
    return results


def test_half_to_float_for_every_half(simulate):
    halves = np.arange(65536, dtype=np.uint16).view(np.float16)
    out = elementwise(simulate, "__half2float(a)", halves, result="float32")
    np.testing.assert_array_equal(out, halves.astype(np.float32))


def test_float_to_half_rounds_to_nearest_even(simulate):
    values = floats_near_halves()
    with np.errstate(over="ignore"):
        same(elementwise(simulate, "__float2half(a)", values, result="float16"), values.astype(np.float16))


def test_canonical_nan_and_rounding_to_zero(simulate):
    values = np.array([np.nan, 70000.0, -70000.0, 1.9999999, -1.9999999], np.float32)
    out = elementwise(simulate, "__float2half_rz(a)", values, result="float16").view(np.uint16)
    assert list(out) == [0x7FFF, 0x7BFF, 0xFBFF, 0x3FFF, 0xBFFF]


ARITHMETIC = {
    "a + b": lambda a, b, c: a + b,
    "a - b": lambda a, b, c: a - b,
    "__hmul(a, b)": lambda a, b, c: a * b,
    "a / b": lambda a, b, c: a / b,
    "__hfma(a, b, c)": lambda a, b, c: (a.astype(np.longdouble) * b + c).astype(np.float16),
    "hsqrt(a)": lambda a, b, c: np.sqrt(a),
    "__hmax(a, b) + half(0.0f)": lambda a, b, c: np.fmax(a, b) + np.float16(0),  # either zero may be the larger for numpy
}


def test_half_arithmetic_rounds_once(simulate):
    generator = np.random.default_rng(3)
    a, b, c = (generator.integers(0, 65536, 20000).astype(np.uint16).view(np.float16) for _ in range(3))
    results = elementwise_many(simulate, list(ARITHMETIC), a, b, c)
    for reference, out in zip(ARITHMETIC.values(), results, strict=True):
        with np.errstate(all="ignore"):
            same(out, reference(a, b, c))


def bfloat16_bits(values: np.ndarray) -> np.ndarray:
    """Round to nearest even on the bits of the float."""
    bits = values.view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + (bits >> np.uint64(16) & np.uint64(1))) >> np.uint64(16)).astype(np.uint16)


def test_float_to_bfloat16(simulate):
    values = np.random.default_rng(4).integers(0, 2**32, 20000).astype(np.uint32).view(np.float32)
    values = np.concatenate([values[np.isfinite(values)], np.array([3.4e38, -3.4e38, 0.0, 1e-40], np.float32)])
    out = elementwise(simulate, "__bfloat16_as_ushort(__float2bfloat16(a))", values, result="uint16")
    np.testing.assert_array_equal(out, bfloat16_bits(values))


def test_bfloat16_fma_is_rounded_once(simulate):
    """A product half way between two bfloat16 values: a tiny addend decides."""
    a, b = np.float32(1.0078125), np.float32(1.5)  # 1.51171875, between 1.5078125 and 1.515625
    for c, expected in ((np.float32(1e-30), 1.515625), (np.float32(-1e-30), 1.5078125)):
        out = elementwise(
            simulate,
            "__bfloat162float(__hfma(__float2bfloat16(a), __float2bfloat16(b), __float2bfloat16(c)))",
            *(np.array([value], np.float32) for value in (a, b, c)),
            result="float32",
        )
        assert out[0] == expected


@pytest.mark.parametrize(
    ("expression", "value", "expected"),
    [
        ("__float2int_rz(a)", [np.nan, 3e9, -3e9, -1.9, np.inf], [0, 2147483647, -2147483648, -1, 2147483647]),
        ("(int)__float2uint_rz(a)", [-1.0, 5e9, np.nan], [0, -1, 0]),
        ("__double2int_rz((double)a)", [np.nan], [-2147483648]),
        ("__float2int_rn(a)", [0.5, 1.5, 2.5, -0.5], [0, 2, 2, 0]),
        ("__half2int_rz(__float2half(a))", [np.inf, np.nan, -7.9], [2147483647, 0, -7]),
        ("(int)__clz(__float2int_rz(a))", [0.0, 1.0], [32, 31]),
        ("__dp4a(0x7f80ff01, 0x02020202, (int)a)", [0.0], [2 * (127 - 128 - 1 + 1)]),
    ],
)
def test_conversions_saturate(simulate, expression, value, expected):
    out = elementwise(simulate, expression, np.array(value, np.float32), result="int32")
    assert list(out) == expected


def test_native_float16_of_hip_rounds_each_step(simulate):
    generator = np.random.default_rng(5)
    a, b, c = (generator.uniform(-4, 4, 5000).astype(np.float16) for _ in range(3))
    machine = simulate(
        "__global__ void k(const _Float16 *a, const _Float16 *b, const _Float16 *c, _Float16 *o, int n) {"
        " for (int i = threadIdx.x; i < n; i += 64) o[i] = (_Float16)(a[i] * b[i]) + c[i]; }",
        platform="hip",
    )
    out = np.zeros(5000, np.float16)
    machine.launch("k", a, b, c, out, i32(5000), block=64)
    same(out, a * b + c)

"""Element-wise builtins against numpy statements of their definitions, over random lengths, types and values."""

from __future__ import annotations

import numpy as np
import pytest
from bang_program import compile_program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FLOATS = {"float": np.float32, "half": np.float16}
INTEGERS = {"int8_t": np.int8, "int16_t": np.int16, "int32_t": np.int32}
ALL = {**FLOATS, **INTEGERS}
RUNS = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


def wide(x: np.ndarray) -> np.ndarray:
    return x.astype(np.int64) if x.dtype.kind == "i" else x.astype(np.float32)


def saturate(x: np.ndarray, like: np.ndarray) -> np.ndarray:
    return np.clip(x, np.iinfo(like.dtype).min, np.iinfo(like.dtype).max) if like.dtype.kind == "i" else x


def logical(truth: np.ndarray) -> np.ndarray:
    return truth.astype(np.int64)


BINARY = {  # name: (types, definition on wide operands, in terms of the elements a and b)
    "add": (ALL, lambda a, b: wide(a) + wide(b)),
    "sub": (ALL, lambda a, b: wide(a) - wide(b)),
    "mul": (ALL, lambda a, b: wide(a) * wide(b)),
    "div": (FLOATS, lambda a, b: wide(a) / wide(b)),
    "adds": (INTEGERS, lambda a, b: saturate(wide(a) + wide(b), a)),
    "subs": (INTEGERS, lambda a, b: saturate(wide(a) - wide(b), a)),
    "mulh": (INTEGERS, lambda a, b: (wide(a) * wide(b)) >> (8 * a.itemsize)),
    "maxequal": (ALL, np.maximum),
    "minequal": (ALL, np.minimum),
    "maximum": (ALL, np.maximum),
    "minimum": (ALL, np.minimum),
    "eq": (ALL, lambda a, b: logical(a == b)),
    "ne": (ALL, lambda a, b: logical(a != b)),
    "gt": (ALL, lambda a, b: logical(a > b)),
    "ge": (ALL, lambda a, b: logical(a >= b)),
    "lt": (ALL, lambda a, b: logical(a < b)),
    "le": (ALL, lambda a, b: logical(a <= b)),
    "and": (ALL, lambda a, b: logical((a != 0) & (b != 0))),
    "or": (ALL, lambda a, b: logical((a != 0) | (b != 0))),
    "xor": (ALL, lambda a, b: logical((a != 0) ^ (b != 0))),
}

UNARY = {  # name: (types, definition in double, relative tolerance)
    "__bang_abs": (ALL, np.abs, 0),
    "__bang_neg": (ALL, np.negative, 0),
    "__bang_relu": (ALL, lambda x: np.maximum(x, 0), 0),
    "__bang_recip": (FLOATS, lambda x: 1 / x, 1e-3),
    "__bang_floor": ({"float": np.float32}, np.floor, 0),
    "__bang_round": ({"float": np.float32}, lambda x: np.copysign(np.floor(np.abs(x) + 0.5), x), 0),
    "__bang_nearbyint": ({"float": np.float32}, np.rint, 0),
    "__bang_active_exp": (FLOATS, np.exp, 1e-3),
    "__bang_active_exphp": (FLOATS, np.exp, 1e-3),
    "__bang_active_sigmoid": (FLOATS, lambda x: 1 / (1 + np.exp(-x)), 1e-3),
    "__bang_active_tanh": (FLOATS, np.tanh, 1e-3),
    "__bang_active_sin": (FLOATS, np.sin, 1e-3),
    "__bang_active_cos": (FLOATS, np.cos, 1e-3),
    "__bang_active_sign": (FLOATS, lambda x: np.where(x >= 0, 1.0, -1.0), 0),
    "__bang_active_gelu": (FLOATS, lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))), 1e-3),
    "__bang_active_gelup": (FLOATS, lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))), 1e-3),
}
POSITIVE = {
    "__bang_active_sqrt": (FLOATS, np.sqrt, 1e-3),
    "__bang_active_rsqrt": (FLOATS, lambda x: 1 / np.sqrt(x), 1e-3),
    "__bang_active_log": (FLOATS, np.log, 1e-3),
    "__bang_active_recip": (FLOATS, lambda x: 1 / x, 1e-3),
    "__bang_sqrt": ({"float": np.float32}, np.sqrt, 1e-6),
    "__bang_log": ({"float": np.float32}, np.log, 1e-6),
}


def binary_kernel(name: str, ctype: str) -> str:
    """One kernel with a switch over the forms: 0 vector, 1 scalar, 2 cycle, 3 vector in place."""
    scalar = f"__bang_{name}_scalar(D, A, s, n)"
    return f"""
extern "C" __mlu_global__ void {name}_{ctype}(char *out, const char *a, const char *b, int n, int seg, int form) {{
  {ctype} *D = ({ctype} *)buffer, *A = D + 1024, *B = A + 1024;
  __memcpy(A, a, n * sizeof({ctype}), GDRAM2NRAM);
  __memcpy(B, b, n * sizeof({ctype}), GDRAM2NRAM);
  {ctype} s = B[0];
  if (form == 0) __bang_{name}(D, A, B, n);
  if (form == 1) {scalar};
  if (form == 2) __bang_cycle_{name}(D, A, B, n, seg);
  if (form == 3) {{ __bang_{name}(A, A, B, n); __memcpy(D, A, n * sizeof({ctype}), NRAM2NRAM); }}
  __memcpy(out, D, n * sizeof({ctype}), NRAM2GDRAM);
}}
"""


def unary_kernel(name: str, ctype: str) -> str:
    return f"""
extern "C" __mlu_global__ void {name}_{ctype}(char *out, const char *a, int n) {{
  {ctype} *D = ({ctype} *)buffer, *A = D + 1024;
  __memcpy(A, a, n * sizeof({ctype}), GDRAM2NRAM);
  {name}(D, A, n);
  __memcpy(out, D, n * sizeof({ctype}), NRAM2GDRAM);
}}
"""


BINARY_CASES = [(name, ctype) for name, (types, _) in BINARY.items() for ctype in types]
UNARY_CASES = [(name, ctype) for name, (types, *_) in (UNARY | POSITIVE).items() for ctype in types]


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    text = "__nram__ char buffer[3 * 4096];\n"
    text += "".join(binary_kernel(*case) for case in BINARY_CASES) + "".join(unary_kernel(*case) for case in UNARY_CASES)
    return compile_program(tmp_path_factory.mktemp("elementwise"), text)


def values(seed: int, dtype: type, n: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "i":
        info = np.iinfo(dtype)
        return generator.integers(info.min, info.max, n, endpoint=True).astype(dtype)
    x = generator.standard_normal(n) * 4
    return np.where(generator.random(n) < 0.1, np.round(x) + 0.5, x).astype(dtype)


@pytest.mark.parametrize(("name", "ctype"), BINARY_CASES)
@RUNS
@given(n=st.integers(1, 300), seg=st.integers(1, 8), form=st.integers(0, 3), seed=st.integers(0, 2**31))
def test_binary_follows_its_definition(kernels, name, ctype, n, seg, form, seed) -> None:
    types, definition = BINARY[name]
    if name == "div" and form == 2 and seg > n:
        seg = 1
    n = max(n // seg, 1) * seg if form == 2 else n
    a, b = values(seed, types[ctype], n), values(seed + 1, types[ctype], n)
    b[b == 0] = 1
    a[::7] = b[::7]
    out = np.empty_like(a)
    kernels.launch(f"{name}_{ctype}", out, a, b, n, seg, form)
    second = {0: b, 1: np.full_like(a, b[0]), 2: np.resize(b[:seg], n), 3: b}[form]
    with np.errstate(all="ignore"):
        expected = definition(a, second).astype(a.dtype)
    np.testing.assert_array_equal(out, expected)
    assert kernels.findings() == []


@pytest.mark.parametrize(("name", "ctype"), UNARY_CASES)
@RUNS
@given(n=st.integers(1, 300), seed=st.integers(0, 2**31))
def test_unary_follows_its_definition(kernels, name, ctype, n, seed) -> None:
    types, definition, tolerance = (UNARY | POSITIVE)[name]
    a = values(seed, types[ctype], n)
    a[a == 0] = 1
    if name in POSITIVE:
        a = np.clip(np.abs(a), 0.01, None).astype(a.dtype)
    out = np.empty_like(a)
    kernels.launch(f"{name}_{ctype}", out, a, n)
    exact = definition(a.astype(np.float64) if a.dtype.kind == "f" else a)
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(out.astype(np.float64), exact.astype(a.dtype).astype(np.float64), rtol=tolerance, atol=tolerance * 1e-2)
    assert kernels.findings() == []


@pytest.mark.parametrize("ctype", ["float", "half"])
def test_nan_goes_by_each_maximum(kernels, ctype) -> None:
    dtype = FLOATS[ctype]
    a, b = np.array([np.nan, 1, np.nan], dtype), np.array([2, np.nan, np.nan], dtype)
    out = np.empty_like(a)
    kernels.launch(f"maxequal_{ctype}", out, a, b, 3, 1, 0)
    np.testing.assert_array_equal(out, a)  # the first operand
    kernels.launch(f"maximum_{ctype}", out, a, b, 3, 1, 0)
    np.testing.assert_array_equal(out, np.array([2, 1, np.nan], dtype))  # NaN only where both are

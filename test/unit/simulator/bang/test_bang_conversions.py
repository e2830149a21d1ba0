"""Conversions in every rounding mode against exact rational arithmetic in numpy, and bfloat16."""

from __future__ import annotations

import numpy as np
import pytest
from bang_program import compile_program

MODES = {
    "rn": np.rint,
    "rd": lambda x: np.copysign(np.floor(np.abs(x) + 0.5), x),
    "tz": np.trunc,
    "oz": lambda x: np.copysign(np.ceil(np.abs(x)), x),
    "up": np.ceil,
    "dn": np.floor,
    "rm": lambda x: np.floor(x + 0.5),
}
INTEGERS = {"int8": ("signed char", np.int8), "int16": ("short", np.int16), "int32": ("int", np.int32)}

VALUES = np.array([0.0, 0.5, -0.5, 1.5, 2.5, -1.5, -2.5, 3.25, -3.75, 100.5, -100.49, 126.5, 7e-3, -7e-3], np.float32)
TEXT = '__nram__ char A[4096], D[4096];\n#define KERNEL extern "C" __mlu_global__ void\n'
for _mode in MODES:
    for _name, (_ctype, _) in INTEGERS.items():
        TEXT += f"""KERNEL float2{_name}_{_mode}(char *out, const char *a, int n, int bytes, int fix) {{
  __memcpy(A, a, n * 4, GDRAM2NRAM);
  __bang_float2{_name}_{_mode}(({_ctype} *)D, (float *)A, n, fix);
  __memcpy(out, D, bytes, NRAM2GDRAM);
}}
"""
    if _mode != "rm":
        for _name, _ctype in (("half", "half"), ("bfloat16", "bfloat16_t")):
            TEXT += f"""KERNEL float2{_name}_{_mode}(char *out, const char *a, int n) {{
  __memcpy(A, a, n * 4, GDRAM2NRAM);
  __bang_float2{_name}_{_mode}(({_ctype} *)D, (float *)A, n);
  __memcpy(out, D, n * 2, NRAM2GDRAM);
}}
"""
TEXT += """KERNEL widen(char *out, const char *a, int n) {
  __memcpy(A, a, n * 2, GDRAM2NRAM);
  __bang_half2float((float *)D, (half *)A, n);
  __memcpy(out, D, n * 4, NRAM2GDRAM);
}
KERNEL from_int8(char *out, const char *a, int n, int fix) {
  __memcpy(A, a, n, GDRAM2NRAM);
  __bang_int82float((float *)D, (signed char *)A, n, fix);
  __memcpy(out, D, n * 4, NRAM2GDRAM);
}
"""


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    return compile_program(tmp_path_factory.mktemp("conversions"), TEXT)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", INTEGERS)
@pytest.mark.parametrize("fix", [0, -2, 1])
def test_float_to_integer(kernels, name, mode, fix) -> None:
    dtype = INTEGERS[name][1]
    info = np.iinfo(dtype)
    values = np.append(VALUES, np.array([1e12, -1e12], np.float32))
    out = np.empty(len(values), dtype)
    kernels.launch(f"float2{name}_{mode}", out, values, len(values), out.nbytes, fix)
    expected = np.clip(MODES[mode](values.astype(np.float64) / 2.0**fix), info.min, info.max)
    np.testing.assert_array_equal(out, expected.astype(np.int64).astype(dtype))
    assert kernels.findings() == []


def neighbours(x: np.ndarray, digits: int, lowest: int) -> tuple[np.ndarray, np.ndarray]:
    """x in units of its last place for a format of so many digits, and the unit."""
    exponent = np.frexp(x)[1]
    unit = np.ldexp(1.0, np.maximum(exponent - digits, lowest))
    return x / unit, unit


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "rm"])
@pytest.mark.parametrize(("name", "digits", "lowest"), [("half", 11, -24), ("bfloat16", 8, -133)])
def test_float_to_narrow_float(kernels, name, digits, lowest, mode) -> None:
    generator = np.random.default_rng(5)
    x = (generator.standard_normal(500) * np.exp2(generator.integers(-20, 14, 500))).astype(np.float32)
    out = np.empty(500, np.uint16)
    kernels.launch(f"float2{name}_{mode}", out, x, 500)
    scaled, unit = neighbours(x.astype(np.float64), digits, lowest)
    expected = MODES[mode](scaled) * unit
    actual = (
        out.view(np.float16).astype(np.float64) if name == "half" else (out.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    )
    np.testing.assert_array_equal(actual, expected)
    assert kernels.findings() == []


def test_half_to_float_is_exact_for_every_half(kernels) -> None:
    every = np.arange(0, 1 << 16, 64, dtype=np.uint16).view(np.float16)
    out = np.empty(len(every), np.float32)
    kernels.launch("widen", out, every, len(every))
    np.testing.assert_array_equal(out, every.astype(np.float32))


def test_integer_to_float_is_scaled_by_the_fix_position(kernels) -> None:
    x = np.arange(-128, 128, dtype=np.int8)
    out = np.empty(256, np.float32)
    kernels.launch("from_int8", out, x, 256, -3)
    np.testing.assert_array_equal(out, x.astype(np.float32) / 8)
    assert kernels.findings() == []

"""Builtins beside the plain families, each against a numpy statement of the guide's definition, over random lengths and values."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from bang_program import compile_program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

RUNS = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
SEEDS = st.integers(0, 2**31)
CTYPES = {np.float32: "float", np.float16: "half", np.int32: "int", np.int16: "short", np.int8: "char", np.uint32: "unsigned"}
F, H, W, S, B = np.float32, np.float16, np.int32, np.int16, np.int8


def unordered(compare: Callable) -> Callable:
    return lambda a, b: compare(a, b) | np.isnan(a) | np.isnan(b)


def ordered_ne(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a != b) & ~np.isnan(a) & ~np.isnan(b)


def rotated(a: np.ndarray, amount: np.ndarray) -> np.ndarray:
    bits, by = a.view(np.uint32).astype(np.uint64), (amount & 31).astype(np.uint64)
    return ((bits << by) | (bits >> (np.uint64(32) - by))).astype(np.uint32).view(np.int32)


# name: element type, the call on D, A, B and n, the statement on a and b, and what b may be
CASES: dict[str, tuple[type, str, Callable, str]] = {
    "equ": (F, "__bang_equ(D, A, B, n)", unordered(np.equal), "nan"),
    "neu": (F, "__bang_neu(D, A, B, n)", unordered(np.not_equal), "nan"),
    "gtu": (F, "__bang_gtu(D, A, B, n)", unordered(np.greater), "nan"),
    "leu": (F, "__bang_leu(D, A, B, n)", unordered(np.less_equal), "nan"),
    "ne": (F, "__bang_ne(D, A, B, n)", ordered_ne, "nan"),
    "lt": (H, "__bang_lt(D, A, B, n)", np.less, "nan"),
    "maximum": (F, "__bang_maximum(D, A, B, n)", np.fmax, "nan"),
    "nan_minimum": (F, "__bang_nan_minimum(D, A, B, n)", np.minimum, "nan"),
    "maxequal": (F, "__bang_maxequal(D, A, B, n)", lambda a, b: np.where(np.isnan(a) | np.isnan(b), a, np.fmax(a, b)), "nan"),
    "sll": (W, "__bang_sll(D, A, B, n)", lambda a, b: a << b, "shift"),
    "srl": (W, "__bang_srl(D, A, B, n)", lambda a, b: (a.view(np.uint32) >> b.view(np.uint32)).view(np.int32), "shift"),
    "sra": (W, "__bang_sra(D, A, B, n)", lambda a, b: a >> b, "shift"),
    "rol": (W, "__bang_rol(D, A, B, n)", rotated, "shift"),
    "ror": (W, "__bang_ror(D, A, B, n)", lambda a, b: rotated(a, 32 - b), "shift"),
    "band": (B, "__bang_band(D, A, B, n)", np.bitwise_and, ""),
    "bxor": (B, "__bang_bxor(D, A, B, n)", np.bitwise_xor, ""),
    "bnot": (B, "__bang_bnot(D, A, n)", lambda a, b: ~a, ""),
    "cycle_bor": (B, "__bang_cycle_bor(D, A, B, n, n)", np.bitwise_or, ""),
    "not": (S, "__bang_not(D, A, n)", lambda a, b: a == 0, ""),
    "adds_scalar": (S, "__bang_adds_scalar(D, A, B[0], n)", lambda a, b: np.clip(a.astype(W) + b[0], -32768, 32767), ""),
    "subs": (B, "__bang_subs(D, A, B, n)", lambda a, b: np.clip(a.astype(W) - b, -128, 127), ""),
    "mulh": (S, "__bang_mulh(D, A, B, n)", lambda a, b: (a.astype(W) * b) >> 16, ""),
    "rem": (W, "__bang_rem(D, A, B, n)", np.fmod, "nonzero"),
    "div": (W, "__bang_div(D, A, B, n)", lambda a, b: np.trunc(a.astype(float) / b), "nonzero"),
    "relun": (F, "__bang_relun(D, A, n, 1.5f)", lambda a, b: np.clip(a, 0, F(1.5)), ""),
    "add_tz": (F, "__bang_add_tz(D, A, B, n)", lambda a, b: toward_zero(a.astype(float) + b), ""),
    "square": (H, "__bang_square(D, A, n)", lambda a, b: a * a, ""),
    "fill_2d": (W, "__nramset(D, 1, 9, 8, (n + 1) / 2 - 1)", lambda a, b: np.where(np.arange(a.size) % 2, -7, 9), ""),
    "gather": (W, "__gather(D, A, (unsigned *)B, 4, NRAM2NRAM, 4, n)", lambda a, b: a[b // 4], "offset"),
    "write_zero": (H, "__bang_write_zero(D, n)", lambda a, b: a * 0, ""),
    "move": (W, "__bang_move(A + 1, A, (n - 1) * 4); __bang_move(D, A, n * 4)", lambda a, b: np.concatenate([a[:1], a[:-1]]), ""),
}
ATOMICS: dict[str, Callable] = {
    "add": lambda a, b: a + b, "and": np.bitwise_and, "or": np.bitwise_or, "xor": np.bitwise_xor, "max": np.maximum, "min": np.minimum,
    "exch": lambda a, b: b,
}  # fmt: skip


def toward_zero(exact: np.ndarray) -> np.ndarray:
    nearest = exact.astype(F)
    return np.where(np.abs(nearest.astype(float)) > np.abs(exact), np.nextafter(nearest, F(0)), nearest)


def kernel(name: str, dtype: type, call: str) -> str:
    t = CTYPES[dtype]
    return f"""
extern "C" __mlu_global__ void k_{name}(char *out, const char *a, const char *b, int n) {{
  {t} *D = ({t} *)buffer, *A = D + 1024, *B = A + 1024;
  __memcpy(A, a, n * sizeof({t}), GDRAM2NRAM);
  __memcpy(B, b, n * sizeof({t}), GDRAM2NRAM);
  __nramset(D, n, ({t})-7);
  {call};
  __memcpy(out, D, n * sizeof({t}), NRAM2GDRAM);
}}"""


def atomic_kernel(name: str) -> str:
    return f"""
extern "C" __mlu_global__ void atomic_{name}(char *memory, char *old, const char *b, int n) {{
  int *D = (int *)buffer, *B = D + 1024;
  __memcpy(B, b, n * sizeof(int), GDRAM2NRAM);
  __bang_atomic_{name}(D, (int *)memory, B, n);
  __memcpy(old, D, n * sizeof(int), NRAM2GDRAM);
}}"""


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    text = "__nram__ char buffer[32 * 1024];\n"
    text += "".join(kernel(name, dtype, call) for name, (dtype, call, _, _) in CASES.items()) + "".join(map(atomic_kernel, ATOMICS))
    return compile_program(tmp_path_factory.mktemp("others"), text)


def operands(dtype: type, kind: str, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        a, b = (generator.uniform(-3, 3, n).astype(dtype) for _ in range(2))
        if kind == "nan":
            a[generator.random(n) < 0.2] = b[generator.random(n) < 0.2] = np.nan
            b[generator.random(n) < 0.2] = a[0]
        return a, b
    info = np.iinfo(dtype)
    a, b = (generator.integers(info.min, info.max, n, endpoint=True).astype(dtype) for _ in range(2))
    if kind == "shift":
        b = generator.integers(1, 31, n).astype(dtype)
    if kind == "offset":
        b = (4 * generator.integers(0, n, n)).astype(dtype)
    if kind == "nonzero":
        a, b = a // 2, np.where(b == 0, 3, b).astype(dtype)
    return a, b


@pytest.mark.parametrize("name", CASES)
@RUNS
@given(n=st.integers(2, 200), seed=SEEDS)
def test_it_follows_its_definition(kernels, name, n, seed) -> None:
    dtype, _, statement, kind = CASES[name]
    a, b = operands(dtype, kind, n, seed)
    out = np.empty(n, dtype)
    kernels.launch(f"k_{name}", out, a, b, n)
    np.testing.assert_array_equal(out, np.asarray(statement(a, b)).astype(dtype))
    assert kernels.findings() == []


@pytest.mark.parametrize("name", ATOMICS)
@RUNS
@given(n=st.integers(1, 100), seed=SEEDS)
def test_atomics_give_the_old_values(kernels, name, n, seed) -> None:
    a, b = operands(np.int32, "", n, seed)
    memory, old = a.copy(), np.zeros(n, np.int32)
    kernels.launch(f"atomic_{name}", memory, old, b, n, out=0)
    np.testing.assert_array_equal(memory, ATOMICS[name](a, b))
    np.testing.assert_array_equal(old, a)


def test_an_assertion_is_a_finding(program) -> None:
    checked = program("#include <cassert>\n__mlu_entry__ void checked(int *a) { assert(a[taskId] < 5); a[taskId] = 1; }")
    checked.launch("checked", np.array([1, 9], np.int32), dim=(2, 1, 1), out=0)
    assert [(f["kind"], f["line"], f["task"]) for f in checked.findings()] == [("assertion", 3, 1)]

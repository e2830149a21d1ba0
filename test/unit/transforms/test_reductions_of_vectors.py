"""Sums that registers, unrolled statements and masked tails share become the one sum that they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pipeline_runs import count

from xpiler.execution import jit
from xpiler.frontend import read
from xpiler.raising import raise_module

HEAD = '#include <immintrin.h>\nextern "C" void k(const float *a, const float *b, float *out, int n) {\n'

UNROLLED = """
  float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  int i = 0;
  for (; i + 4 <= n; i += 4) {
    s0 += a[i] * b[i];
    s1 += a[i + 1] * b[i + 1];
    s2 += a[i + 2] * b[i + 2];
    s3 += a[i + 3] * b[i + 3];
  }
  float s = (s0 + s2) + (s1 + s3);
  for (; i < n; ++i) s += a[i] * b[i];
  out[0] = s;
"""
MASKED_TAIL = """
  __m512 acc = _mm512_setzero_ps();
  int i = 0;
  while (i + 16 <= n) {
    acc = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), acc);
    i += 16;
  }
  if (n & 15) {
    const __mmask16 tail = (1u << (n & 15)) - 1u;
    acc = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(tail, a + i), _mm512_maskz_loadu_ps(tail, b + i), acc);
  }
  out[0] = _mm512_reduce_add_ps(acc);
"""
TWO_REGISTERS = """
  __m512 x = _mm512_setzero_ps(), y = _mm512_setzero_ps();
  int i = 0;
  for (; i <= n - 32; i += 32) {
    x = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), x);
    y = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 16), _mm512_loadu_ps(b + i + 16), y);
  }
  float s = _mm512_reduce_add_ps(_mm512_add_ps(x, y));
  for (; i < n; ++i) s += a[i] * b[i];
  out[0] = s;
"""
LARGEST = """
  __m512 top = _mm512_setzero_ps();
  for (int i = 0; i < n; i += 16) {
    const __mmask16 m = n - i < 16 ? (__mmask16)((1 << (n - i)) - 1) : (__mmask16)0xffff;
    top = _mm512_max_ps(top, _mm512_abs_ps(_mm512_maskz_loadu_ps(m, a + i)));
  }
  out[0] = _mm512_reduce_max_ps(top);
"""
OTHER_STEPS = """
  float s0 = 0, s1 = 0;
  for (int i = 0; i + 3 <= n; i += 3) {
    s0 += a[i] * b[i];
    s1 += a[i + 2] * b[i + 1];
  }
  out[0] = s0 + s1;
"""
TAIL_OF_ANOTHER_TERM = """
  __m512 acc = _mm512_setzero_ps();
  int i = 0;
  for (; i + 16 <= n; i += 16) acc = _mm512_add_ps(acc, _mm512_loadu_ps(a + i));
  if (n & 15) {
    const __mmask16 tail = (1u << (n & 15)) - 1u;
    acc = _mm512_add_ps(acc, _mm512_mask_loadu_ps(_mm512_set1_ps(0.5f), tail, a + i));
  }
  out[0] = _mm512_reduce_add_ps(acc);
"""


def largest(a: np.ndarray, _: np.ndarray) -> float:
    return np.abs(a).max(initial=0)


def other_steps(a: np.ndarray, b: np.ndarray) -> float:
    i = np.arange(len(a) // 3) * 3
    return (a[i] * b[i]).sum() + (a[i + 2] * b[i + 1]).sum()


def other_tail(a: np.ndarray, _: np.ndarray) -> float:
    return a.sum() + (0.5 * (16 - len(a) % 16) if len(a) % 16 else 0)


def raised(text: str, tmp_path: Path):
    path = tmp_path / "k.cpp"
    path.write_text(HEAD + text + "}\n")
    return raise_module(read(path, "vnni"))


@pytest.mark.parametrize(
    ("text", "expected", "loops"),
    [
        (UNROLLED, np.dot, 1),
        (MASKED_TAIL, np.dot, 1),
        (TWO_REGISTERS, np.dot, 1),
        (LARGEST, largest, 1),
        (OTHER_STEPS, other_steps, None),
        (TAIL_OF_ANOTHER_TERM, other_tail, None),
    ],
)
def test_one_sum(text: str, expected, loops: int | None, tmp_path: Path) -> None:
    module = raised(text, tmp_path)
    if loops is not None:
        assert (count(module, "scf.for"), count(module, "scf.forall"), count(module, "memref.alloca")) == (loops, 0, 0)
    for n in (1, 3, 15, 16, 31, 33, 100):
        a, b = np.random.default_rng(n).standard_normal((2, n)).astype(np.float32)
        out = np.zeros(1, np.float32)
        jit.run(module, "k", [a, b, out, n])
        np.testing.assert_allclose(out[0], expected(a.astype(np.float64), b.astype(np.float64)), rtol=1e-4, atol=1e-4)


def test_different_sums_of_one_pass_stay_in_one_loop(tmp_path: Path) -> None:
    text = "  float s = 0, q = 0;\n  for (int i = 0; i < n; ++i) { s += a[i]; q += a[i] * a[i]; }\n  out[0] = s;\n  out[1] = q;\n"
    assert count(raised(text, tmp_path), "scf.for") == 1

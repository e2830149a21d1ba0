"""Products of registers that are added to something are one instruction of the emitted text, under a mask too; scalars stay as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler

KERNEL = """__global__ void k(const float *a, const float *b, const float *c, float *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = %s;
}
void launch(const float *a, const float *b, const float *c, float *y, int n) { k<<<(n + 255) / 256, 256>>>(a, b, c, y, n); }
"""
DOT = """__global__ void k(const float *a, const float *b, float *y, int n) {
  float sum = 0.0f;
  for (int i = 0; i < n; ++i) sum += a[i] * b[i];
  y[0] = sum;
}
void launch(const float *a, const float *b, float *y, int n) { k<<<1, 1>>>(a, b, y, n); }
"""


def emitted(folder: Path, text: str, to: str = "vnni") -> str:
    """The text of a kernel in CUDA on another platform."""
    (folder / "k.cu").write_text(text)
    return xpiler.translate(str(folder / "k.cu"), to=to, verify="none").text


@pytest.mark.parametrize(
    ("expression", "instruction"),
    [
        ("a[i] * b[i] + c[i]", "fmadd"),
        ("c[i] + a[i] * b[i]", "fmadd"),
        ("a[i] * b[i] - c[i]", "fmsub"),
        ("c[i] - a[i] * b[i]", "fnmadd"),
    ],
)
def test_a_product_that_is_only_added_is_fused(tmp_path: Path, expression: str, instruction: str) -> None:
    text = emitted(tmp_path, KERNEL % expression)
    assert f"_mm512_{instruction}_ps(" in text
    assert "_mm512_mul_ps" not in text


def test_a_product_that_something_else_needs_stays(tmp_path: Path) -> None:
    text = emitted(tmp_path, KERNEL.replace("y[i] = %s;", "{ float p = a[i] * b[i]; y[i] = (p + c[i]) / p; }"))
    assert "fmadd" not in text and "_mm512_mul_ps" in text


def test_the_tail_of_a_dot_product_keeps_the_sum_in_the_other_lanes(tmp_path: Path) -> None:
    text = emitted(tmp_path, DOT)
    assert "sum = _mm512_fmadd_ps(" in text and "sum = _mm512_mask3_fmadd_ps(" in text
    assert "mask_blend" not in text

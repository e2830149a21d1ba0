"""A choice that a parameter makes is the same in all lanes of a register: C's choice, not a mask."""

from __future__ import annotations

from pathlib import Path

import xpiler

SOURCE = """
struct Affine {
  float scale, shift;
  int mode;
  __device__ float operator()(float x) const { return mode == 0 ? x * scale + shift : x * scale - shift; }
};
__global__ void k(const float *X, float *T, int n, Affine f) {
  int i = blockIdx.x * 256 + threadIdx.x;
  if (i < n) T[i] = (X[i] + f(X[i])) * 5.0f;
}
void launch(const float *X, float *T, int n, Affine f) { k<<<(n + 255) / 256, 256>>>(X, T, n, f); }
"""


def test_a_choice_by_a_parameter_is_no_mask(tmp_path: Path) -> None:
    (tmp_path / "k.cu").write_text(SOURCE)
    result = xpiler.translate(str(tmp_path / "k.cu"), "vnni")
    assert "? _mm512_add_ps(" in result.text and "_mask_add" not in result.text
    assert str(result.answer.verdict) == "Verdict.PROVED"

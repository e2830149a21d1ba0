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


FLAG = """
__global__ void axpby(const float *X, float *T, int n, float a, int on) {
  if (on == 0) return;
  for (int i = blockIdx.x * 256 + threadIdx.x; i < n; i += gridDim.x * 256) T[i] += a * X[i];
}
void launch(const float *X, float *T, int n, float a, int on) { axpby<<<64, 256>>>(X, T, n, a, on); }
"""


def test_a_flag_around_all_is_asked_by_each_thread_of_a_grid(tmp_path: Path) -> None:
    (tmp_path / "k.cu").write_text(FLAG)
    assert "if (i < n && on != 0)" in xpiler.translate(str(tmp_path / "k.cu"), "hip", verify="none").text
    assert "for (int i = taskId * 8192; i < n;" in xpiler.translate(str(tmp_path / "k.cu"), "bang", verify="none").text


LOSS = """
__global__ void loss(const float *A, const int *label, float *T, int cols) {
  __shared__ float partial[128];
  float sum = 0;
  for (int c = threadIdx.x; c < cols; c += 128) sum += expf(A[blockIdx.x * cols + c]);
  partial[threadIdx.x] = sum;
  __syncthreads();
  for (int s = 64; s > 0; s >>= 1) {
    if (threadIdx.x < s) partial[threadIdx.x] += partial[threadIdx.x + s];
    __syncthreads();
  }
  if (threadIdx.x == 0) T[blockIdx.x] = label[blockIdx.x] < 0 ? 0.0f : logf(partial[0]);
}
void launch(const float *A, const int *label, float *T, int rows, int cols) { loss<<<rows, 128>>>(A, label, T, cols); }
"""


def test_a_sum_under_a_row_s_condition_is_shared_by_a_block(tmp_path: Path) -> None:
    (tmp_path / "k.cu").write_text(LOSS)
    text = xpiler.translate(str(tmp_path / "k.cu"), "hip", verify="none").text
    assert "for (int i = threadIdx.x; i < cols; i += " in text

"""Threads that take vectors of a range, then what is left of it, both in strides as long as the grid: one loop over the range."""

from __future__ import annotations

from pathlib import Path

import xpiler
from xpiler.verify.verdict import Verdict

SUBTRACTION = """
__global__ void sub(const float *__restrict__ a, const float *__restrict__ b, float *__restrict__ t, int n) {
  const int stride = gridDim.x * blockDim.x;
  const int first = blockIdx.x * blockDim.x + threadIdx.x;
  for (int i = first; i < n / 4; i += stride) {
    const float4 x = reinterpret_cast<const float4 *>(a)[i], y = reinterpret_cast<const float4 *>(b)[i];
    reinterpret_cast<float4 *>(t)[i] = make_float4(x.x - y.x, x.y - y.y, x.z - y.z, x.w - y.w);
  }
  for (int i = n / 4 * 4 + first; i < n; i += stride) t[i] = a[i] - b[i];
}
extern "C" void sub_kernel(const float *a, const float *b, float *t, int n) {
  float *da, *db, *dt;
  cudaMalloc(&da, n * sizeof(float));
  cudaMalloc(&db, n * sizeof(float));
  cudaMalloc(&dt, n * sizeof(float));
  cudaMemcpy(da, a, n * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(db, b, n * sizeof(float), cudaMemcpyHostToDevice);
  sub<<<(n + 1023) / 1024, 256>>>(da, db, dt, n);
  cudaMemcpy(t, dt, n * sizeof(float), cudaMemcpyDeviceToHost);
}
"""


def test_vectors_and_their_rest_are_one_loop(tmp_path: Path) -> None:
    source = tmp_path / "sub.cu"
    source.write_text("#include <cuda_runtime.h>\n" + SUBTRACTION)
    kernel = xpiler.translate(str(source), to="bang", verify="none").text.split("__mlu_global__")[1].split("\n}\n")[0]
    assert kernel.count("for (") == 1
    assert kernel.count("__bang_sub(") == 1


def test_a_loop_beside_a_short_one_is_not_taken_into_it(tmp_path: Path) -> None:
    """Lanes share what is read in front of them, not the loops there: the first half was stored again by each of 16 tasks."""
    source = tmp_path / "halves.cpp"
    source.write_text("""
void halves(const float *x, const float *scale, float *y, int n) {
#pragma omp parallel for
  for (int i = 0; i < n; ++i) {
    float s = scale[i];
    for (int j = 0; j < 16; ++j) y[i * 32 + j] = x[i * 16 + j] * s;
    for (int j = 0; j < 16; ++j) y[i * 32 + 16 + j] = x[i * 16 + j / 2] * s;
  }
}
""")
    kernel = xpiler.translate(str(source), to="bang", verify="none").text.split("__mlu_global__")[1].split("\n}\n")[0]
    assert "i < n; i += taskDim" in kernel


IN_PLACE = """
__global__ void add(float4 *x, const float4 *r, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  float4 v = x[i], w = r[i];
  BODY
  x[i] = v;
}
void launch(float *x, const float *r, int n) { add<<<(n / 4 + 255) / 256, 256>>>((float4 *)x, (const float4 *)r, n / 4); }
"""


def test_vectors_that_are_changed_in_place_are_rows(tmp_path: Path) -> None:
    """Each element is read and written by one lane."""
    source = tmp_path / "add.cu"
    source.write_text(IN_PLACE.replace("BODY", "v.x += w.x; v.y += w.y; v.z += w.z; v.w += w.w;"))
    made = xpiler.translate(str(source), to="bang", verify="prove")
    assert "__bang_add(x_tile" in made.text
    assert made.answer.verdict is Verdict.PROVED


def test_vectors_that_read_their_neighbours_in_place_are_not(tmp_path: Path) -> None:
    source = tmp_path / "add.cu"
    source.write_text(IN_PLACE.replace("BODY", "v = make_float4(v.x + v.y, v.y + v.z, v.z + v.w, v.w + w.w);"))
    made = xpiler.translate(str(source), to="bang", verify="prove")
    assert "__bang_add" not in made.text
    assert made.answer.verdict is Verdict.PROVED


def test_threads_that_read_one_number_behind_an_early_return_are_a_row(tmp_path: Path) -> None:
    """The number is read once, in front of the row's elements."""
    source = tmp_path / "scale.cu"
    source.write_text("""
__global__ void scale(float *y, const float *x, const float *by, int rows, int cols, int tile) {
  const int row = blockIdx.x;
  if (row >= rows) return;
  int first = blockIdx.y * tile, last = min(first + tile, cols);
  const float s = by[row];
  for (int i = first + threadIdx.x; i < last; i += blockDim.x) y[row * cols + i] = x[row * cols + i] * s;
}
void launch(float *y, const float *x, const float *by, int rows, int cols) {
  scale<<<dim3(rows, 4), 512>>>(y, x, by, rows, cols, (cols + 3) / 4);
}
""")
    kernel = xpiler.translate(str(source), to="bang", verify="none").text.split("__mlu_global__")[1].split("\n}\n")[0]
    assert "512" not in kernel and "__bang_mul_scalar(" in kernel

"""Reductions and scans by the vendors' block libraries: each does what a loop in C does, and is read as one."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler
from xpiler.diagnostics import XpilerError

SUM = """__global__ void k(const float *x, float *y, int rows, int cols) {
  using Reduce = LIB::BlockReduce<float, 128>;
  __shared__ typename Reduce::TempStorage storage;
  float sum = 0.0f;
  for (int c = threadIdx.x; c < cols; c += 128) sum += x[(size_t)blockIdx.x * cols + c];
  sum = Reduce(storage).Sum(sum);
  if (threadIdx.x == 0) y[blockIdx.x] = sum;
}
void go(const float *x, float *y, int rows, int cols) { k<<<rows, 128>>>(x, y, rows, cols); }
"""
ROW_SUM = """void go(const float *x, float *y, int rows, int cols) {
  for (int r = 0; r < rows; ++r) {
    float sum = 0.0f;
    for (int c = 0; c < cols; ++c) sum += x[(size_t)r * cols + c];
    y[r] = sum;
  }
}
"""
HEADERS = {"cub": "#include <cub/cub.cuh>\n", "hipcub": "#include <hip/hip_runtime.h>\n#include <hipcub/hipcub.hpp>\n"}

SCAN = """__global__ void k(const int *x, int *y, int n) {
  typedef cub::BlockScan<int, 64> Scan;
  __shared__ typename Scan::TempStorage storage;
  int value = threadIdx.x < n ? x[threadIdx.x] : 0, before;
  Scan(storage).ExclusiveSum(value, before);
  if (threadIdx.x < n) y[threadIdx.x] = before;
}
void go(const int *x, int *y, int n) { k<<<1, 64>>>(x, y, n); }
"""
RUNNING_SUM = """void go(const int *x, int *y, int n) {
  int before = 0;
  for (int i = 0; i < n && i < 64; ++i) { y[i] = before; before += x[i]; }
}
"""
PARTIAL = """__global__ void k(const float *x, float *y, int n) {
  typedef cub::BlockReduce<float, 32, cub::BLOCK_REDUCE_RAKING, 2> Reduce;
  __shared__ typename Reduce::TempStorage storage;
  int i = threadIdx.x + 32 * threadIdx.y;
  float value = i < n ? x[i] : 1e30f;
  value = Reduce(storage).Reduce(value, cub::Max(), min(n, 64));
  if (i == 0 && n > 0) y[0] = value;
}
void go(const float *x, float *y, int n) { k<<<1, dim3(32, 2)>>>(x, y, n); }
"""
LARGEST = """void go(const float *x, float *y, int n) {
  if (n < 1) return;
  float top = x[0];
  for (int i = 1; i < n && i < 64; ++i) top = x[i] > top ? x[i] : top;
  y[0] = top;
}
"""
BEST = """__global__ void k(const float *x, int *y, int rows, int cols) {
  typedef cub::KeyValuePair<int, float> Pair;
  typedef cub::WarpReduce<Pair> Reduce;
  __shared__ typename Reduce::TempStorage storage[2];
  int row = blockIdx.x * 2 + threadIdx.x / 32, lane = threadIdx.x % 32;
  if (row >= rows) return;
  Pair best{0, -3e38f};
  for (int c = lane; c < cols; c += 32)
    if (x[row * cols + c] > best.value) { best.key = c; best.value = x[row * cols + c]; }
  best = Reduce(storage[threadIdx.x / 32]).Reduce(best, cub::ArgMax());
  if (lane == 0) y[row] = best.key;
}
void go(const float *x, int *y, int rows, int cols) { k<<<(rows + 1) / 2, 64>>>(x, y, rows, cols); }
"""
FIRST_BEST = """void go(const float *x, int *y, int rows, int cols) {
  for (int r = 0; r < rows; ++r) {
    int at = 0;
    float top = x[r * cols];
    for (int c = 1; c < cols; ++c)
      if (x[r * cols + c] > top) { top = x[r * cols + c]; at = c; }
    y[r] = at;
  }
}
"""


@pytest.fixture
def files(tmp_path: Path):
    """`files(name=text)`: their paths."""

    def written(**texts: str) -> list[str]:
        for name, text in texts.items():
            (tmp_path / name.replace("_", ".")).write_text(text)
        return [str(tmp_path / name.replace("_", ".")) for name in texts]

    return written


@pytest.mark.parametrize(("library", "suffix"), [("cub", "cu"), ("hipcub", "hip")])
def test_a_block_sum_becomes_a_vector_sum(files, library, suffix):
    (source,) = files(**{f"sum_{suffix}": HEADERS[library] + SUM.replace("LIB", library)})
    assert "__bang_sumpool" in xpiler.translate(source, "bang", verify="none").text


@pytest.mark.parametrize(
    ("text", "loop"), [(SUM.replace("LIB", "cub"), ROW_SUM), (SCAN, RUNNING_SUM), (PARTIAL, LARGEST), (BEST, FIRST_BEST)]
)
def test_each_does_what_its_loop_does(files, text, loop):
    source, target = files(a_cu=HEADERS["cub"] + text, b_cpp=loop)
    assert xpiler.verify(source, target).verdict.value in ("proved", "tested")


@pytest.mark.parametrize(
    ("text", "loop"), [(SCAN, RUNNING_SUM.replace("y[i] = before; before += x[i];", "before += x[i]; y[i] = before;"))]
)
def test_and_not_what_another_does(files, text, loop):
    source, target = files(a_cu=HEADERS["cub"] + text, b_cpp=loop)
    assert xpiler.verify(source, target).verdict.value == "refuted"


def test_storage_that_is_used_again_needs_a_barrier(files):
    twice = SCAN.replace("  if (threadIdx.x < n) y", "  Scan(storage).InclusiveSum(before, before);\n  if (threadIdx.x < n) y")
    source, target = files(a_cu=HEADERS["cub"] + twice, b_cpp=RUNNING_SUM)
    with pytest.raises(XpilerError, match="race"):
        xpiler.verify(source, target)

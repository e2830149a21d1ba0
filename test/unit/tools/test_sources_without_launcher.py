"""A source without a host launcher is run by one in its own language: templates, namespaces, device launchers, defaults.

One whose launcher has C++ linkage is run as it is.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler

PLAIN = """
__global__ void scale(const float *A, float *T, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) T[i] = A[i] * 2 + 1;
}
"""
TEMPLATE = """
namespace models {
template <typename E, int N> __global__ void scale(const E *A, E *T, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) T[i] = A[i] * 2 + N;
}
}
"""
DEVICE = PLAIN + "void go(const float *A, float *T, int n, cudaStream_t s) { int b = 64; scale<<<(n + b - 1) / b, b, 0, s>>>(A, T, n); }\n"
TASKS = """#include <bang.h>
__mlu_entry__ void scale(const float *A, float *T, int n) {
  for (int i = taskId; i < n; i += taskDim) T[i] = A[i] * 2.0f;
}
"""
HOST = "void scale(const float *A, float *T, int n) {\n  for (int i = 0; i < n; ++i) T[i] = A[i] * 2;\n}\n"
GRID = "grid=(n+255)/256,block=256"

BLOCKS = PLAIN + "void go(const float *A, float *T, int n, int blocks) { scale<<<blocks, 64>>>(A, T, n); }\n"

LINKAGE = (
    PLAIN
    + """
void run(const float *x, float *y, int n) {
  float *a, *b;
  cudaMalloc(&a, n * sizeof(float));
  cudaMalloc(&b, n * sizeof(float));
  cudaMemcpy(a, x, n * sizeof(float), cudaMemcpyHostToDevice);
  scale<<<(n + 63) / 64, 64>>>(a, b, n);
  cudaMemcpy(y, b, n * sizeof(float), cudaMemcpyDeviceToHost);
}
"""
)

CASES = {
    "linkage.cu": (LINKAGE, {}),
    "blocks.cu": (BLOCKS, {}),
    "plain.cu": (PLAIN, {"launch": GRID}),
    "template.cu": (TEMPLATE, {"launch": GRID, "instantiate": ("models::scale<float, 3>",)}),
    "device.cu": (DEVICE, {}),
    "tasks.mlu": (TASKS, {}),
    "host.cpp": (HOST, {}),
}


@pytest.mark.parametrize("name", CASES)
def test_the_source_is_run(name: str, tmp_path: Path):
    text, options = CASES[name]
    (tmp_path / name).write_text(text)
    result = xpiler.translate(str(tmp_path / name), to="vnni" if name != "host.cpp" else "cuda", verify="test", **options)
    assert result.answer.verdict.value == "tested", result.answer.reason
    assert result.answer.runs > 5


def test_a_stream_is_a_stream_wherever_it_stands(tmp_path: Path):
    (tmp_path / "device.cu").write_text(DEVICE)
    text = xpiler.translate(str(tmp_path / "device.cu"), to="hip", verify="none").text
    assert "void go(const float *A, float *T, int n, hipStream_t s)" in text
    assert ", 0, s>>>(A, T, n)" in text

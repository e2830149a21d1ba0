"""@name@ from end to end, one operation wide: replace these by tests of what the platform has."""

from __future__ import annotations

from pathlib import Path

import pytest
from mlir import ir

import xpiler
from xpiler import frontend
from xpiler.dialects import context

KERNEL = """
#include <@name@.h>
extern "C" void add(const float *A, const float *B, float *T, int n) {
  for (int i = 0; i < n; ++i) T[i] = @name@_add(A[i], B[i]);
}
extern "C" void add_kernel(const float *A, const float *B, float *T, int n) { add(A, B, T, n); }
"""
CUDA = """
__global__ void add(const float *A, const float *B, float *T, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) T[i] = A[i] + B[i];
}
extern "C" void add_launch(cudaStream_t s, const float *A, const float *B, float *T, int n) { add<<<(n + 63) / 64, 64, 0, s>>>(A, B, T, n); }
extern "C" void add_kernel(const float *A, const float *B, float *T, int n) {
  float *a, *b, *t;
  cudaMalloc(&a, n * sizeof(float)); cudaMalloc(&b, n * sizeof(float)); cudaMalloc(&t, n * sizeof(float));
  cudaMemcpy(a, A, n * sizeof(float), cudaMemcpyHostToDevice); cudaMemcpy(b, B, n * sizeof(float), cudaMemcpyHostToDevice);
  add<<<(n + 63) / 64, 64>>>(a, b, t, n);
  cudaMemcpy(T, t, n * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(a); cudaFree(b); cudaFree(t);
}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "add.@suffix@"
    path.write_text(KERNEL)
    return path


def test_an_operation_prints_and_parses() -> None:
    text = "func.func @f(%a: f32) -> f32 {\n  %b = @name@.binary<add> %a, %a : f32\n  return %b : f32\n}"
    module = ir.Module.parse(text, context())
    assert str(ir.Module.parse(str(module), context())) == str(module)


def test_the_front_end_reads_the_builtin(source: Path) -> None:
    assert "@name@.binary<add>" in str(frontend.read(source, "@name@"))


def test_a_kernel_goes_to_another_platform(source: Path) -> None:
    result = xpiler.translate(str(source), to="bang")
    assert "__bang_add" in result.text
    assert result.answer.verdict.value in ("tested", "proved")


def test_a_kernel_comes_from_another_platform(tmp_path: Path) -> None:
    path = tmp_path / "add.cu"
    path.write_text(CUDA)
    result = xpiler.translate(str(path), to="@name@")
    assert "@name@_add(A[i], B[i])" in result.text
    assert result.answer.verdict.value in ("tested", "proved")

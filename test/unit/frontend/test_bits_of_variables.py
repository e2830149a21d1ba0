"""The bits of a float as an integer and back, as C writes it: `*(int *)&x`, memcpy, a view of an array."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

C = """
#include <cstdint>
#include <cstring>
extern "C" void k_kernel(const float *x, uint32_t *y, float *z, int n) {
  for (int i = 0; i < n; ++i) {
    float v = x[i] * 2.0f;
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    y[i] = bits >> 3;
    int m = 0x5f3759df - (*(int *)&v >> 1);
    z[i] = *(float *)&m;
  }
}
"""
CUDA = """
#include <cstring>
__global__ void k(const float *x, unsigned *y, float *z, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  float v = x[i] * 2.0f;
  y[i] = *(unsigned *)&v >> 3;
  int m;
  memcpy(&m, &v, sizeof(m));
  m = 0x5f3759df - (m >> 1);
  memcpy(&z[i], &m, 4);
}
void k_kernel(const float *x, unsigned *y, float *z, int n) {
  float *dx, *dz; unsigned *dy;
  cudaMalloc(&dx, n * 4); cudaMalloc(&dy, n * 4); cudaMalloc(&dz, n * 4);
  cudaMemcpy(dx, x, n * 4, cudaMemcpyHostToDevice);
  k<<<(n + 255) / 256, 256>>>(dx, dy, dz, n);
  cudaMemcpy(y, dy, n * 4, cudaMemcpyDeviceToHost); cudaMemcpy(z, dz, n * 4, cudaMemcpyDeviceToHost);
  cudaFree(dx); cudaFree(dy); cudaFree(dz);
}
"""
ARRAY = """
extern "C" void k_kernel(const float *x, int *y, int n) {
  const int *bits = (const int *)x;
  for (int i = 0; i < n; ++i) y[i] = bits[i] & 0x7f800000;
}
"""


@pytest.mark.parametrize(
    ("name", "text", "target"), [("k.cpp", C, "cuda"), ("k.cu", CUDA, "vnni"), ("k.cu", CUDA, "bang"), ("k.cpp", ARRAY, "hip")]
)
def test_bits_are_taken_as_they_are(tmp_path: Path, name: str, text: str, target: str) -> None:
    (tmp_path / name).write_text(text)
    command = [sys.executable, "-I", "-m", "xpiler", "translate", str(tmp_path / name), "--to", target, "--verify=test"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "verdict: tested" in done.stderr


def test_a_float_written_as_something_narrower_is_refused_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "k.cpp").write_text(C.replace("int m =", "*(short *)&v = 1; int m ="))
    command = [sys.executable, "-I", "-m", "xpiler", "translate", str(tmp_path / "k.cpp"), "--to", "cuda"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "k.cpp:10:" in done.stderr


def test_kernels_take_bits_by_the_platform_s_functions(tmp_path: Path) -> None:
    (tmp_path / "k.cpp").write_text(C)
    for target in ("cuda", "hip"):
        command = [sys.executable, "-I", "-m", "xpiler", "translate", str(tmp_path / "k.cpp"), "--to", target, "--verify=none"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert "__float_as_int(" in text
        assert "__int_as_float(" in text
        assert "memcpy(&" not in text

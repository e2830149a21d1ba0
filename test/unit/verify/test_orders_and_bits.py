"""Runs that show nothing of the output: sources whose threads race at a size, and arrays of bits that are no numbers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RACING = """
#include <hip/hip_runtime.h>
__global__ void relax(unsigned int *a, unsigned int nodes, unsigned int k) {
  int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x >= nodes || y >= nodes) return;
  int other = a[y * nodes + k] + a[k * nodes + x];
  if (other < (int)a[y * nodes + x] && x != k && y != k) a[y * nodes + x] = other;
}
void step(unsigned int *a, unsigned int nodes, unsigned int k) {
  relax<<<dim3((nodes + 15) / 16, (nodes + 15) / 16), dim3(16, 16)>>>(a, nodes, k);
}
"""
HALVES = """
#include <immintrin.h>
#include <cstdint>
void twice(const uint16_t *x, uint16_t *y, int n) {
  for (int i = 0; i < n; i += 16) {
    const __mmask16 m = n - i >= 16 ? (__mmask16)0xffff : (__mmask16)((1u << (n - i)) - 1u);
    __m512 v = _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(m, x + i));
    _mm256_mask_storeu_epi16(y + i, m, _mm512_cvtps_ph(_mm512_add_ps(v, v), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
  }
}
"""


def verdict(text: str, name: str, target: str, folder: Path) -> str:
    source = folder / name
    source.write_text(text)
    command = [
        sys.executable,
        "-I",
        "-m",
        "xpiler",
        "translate",
        str(source),
        "--to",
        target,
        "--verify",
        "test",
        "-o",
        str(folder / "out"),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def test_a_size_at_which_the_source_depends_on_the_order_of_threads_refutes_nothing(tmp_path: Path) -> None:
    assert "verdict: tested" in verdict(RACING, "relax.hip", "vnni", tmp_path)  # with k beyond the nodes, rows meet


def test_halves_in_an_array_of_integers_are_compared_as_halves(tmp_path: Path) -> None:
    assert "verdict: tested" in verdict(HALVES, "twice.cpp", "cuda", tmp_path)  # which NaN an addition gives is no result

"""A number of elements that the launcher computes as a product of other arguments lets the kernel's digits be loops."""

from __future__ import annotations

from pathlib import Path

import xpiler

TEXT = """#include <cuda_runtime.h>
__global__ void shift(const float *x, float *y, int height, int width, int total) {{
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= total) return;
  int c = i % width, r = i / width % height, n = i / (width * height);
  y[i] = x[(n * (height + 1) + r + 1) * width + c];
}}
extern "C" void shift_kernel(const float *x, float *y, int batch, int height, int width) {{
  int total = {total};
  float *dx, *dy;
  cudaMalloc(&dx, sizeof(float) * batch * (height + 1) * width);
  cudaMalloc(&dy, sizeof(float) * batch * height * width);
  cudaMemcpy(dx, x, sizeof(float) * batch * (height + 1) * width, cudaMemcpyHostToDevice);
  shift<<<(total + 255) / 256, 256>>>(dx, dy, height, width, total);
  cudaMemcpy(y, dy, sizeof(float) * batch * height * width, cudaMemcpyDeviceToHost);
}}
"""


def _kernel(tmp_path: Path, total: str) -> str:
    source = tmp_path / "shift.cu"
    source.write_text(TEXT.format(total=total))
    text = xpiler.translate(str(source), to="vnni", verify="none").text
    return text.split("void shift(")[1].split("\n}\n")[0]


def test_rows_are_loops(tmp_path: Path) -> None:
    kernel = _kernel(tmp_path, "batch * height * width")
    assert "total / " in kernel
    assert "_mm512_storeu_ps" in kernel


def test_a_number_that_is_no_such_product_stays_one(tmp_path: Path) -> None:
    kernel = _kernel(tmp_path, "batch * height * width - 1")
    assert "total /" not in kernel
    assert "_mm512_storeu_ps" not in kernel

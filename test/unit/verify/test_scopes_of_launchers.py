"""Launchers of an output that hold for different sizes are proved for what all of them hold for."""

from __future__ import annotations

import pytest

from xpiler.verify.stages import for_all_sizes
from xpiler.verify.verdict import Answer, Verdict

SIZES = "const float *x, float *y, int rows, int cols"
KERNEL = """
__global__ void twice(const float *x, float *y, int rows, int cols) {
  int c = blockIdx.x * 32 + threadIdx.x;
  if (c < cols)
    for (int r = blockIdx.y; r < rows; r += gridDim.y) y[r * cols + c] = 2.0f * x[r * cols + c];
}
"""
SOURCE = (
    "#include <cuda_runtime.h>"
    + KERNEL
    + f"void twice_launch({SIZES}, cudaStream_t s) {{ twice<<<dim3((cols + 31) / 32, min(rows, 65535)), 32, 0, s>>>(x, y, rows, cols); }}\n"
)
DEVICE = (
    f"void twice_launch({SIZES}, hipStream_t s) {{ twice<<<dim3((cols + 31) / 32, min(rows, 65535)), 32, 0, s>>>(x, y, rows, cols); }}\n"
)
HOST = f"""void twice_kernel({SIZES}) {{
  float *dx, *dy;
  size_t bytes = sizeof(float) * rows * cols;
  hipMalloc(&dx, bytes);
  hipMalloc(&dy, bytes);
  hipMemcpy(dx, x, bytes, hipMemcpyHostToDevice);
  twice<<<dim3((cols + 31) / 32, rows), 32>>>(dx, dy, rows, cols);
  hipMemcpy(y, dy, bytes, hipMemcpyDeviceToHost);
  hipFree(dx);
  hipFree(dy);
}}
"""
HEAD = "#include <hip/hip_runtime.h>" + KERNEL


def answer(written, target: str) -> Answer:
    return for_all_sizes(written(SOURCE, ".cu"), written(target, ".hip"), {}, 60).answer


@pytest.mark.parametrize("launchers", [DEVICE + HOST, HOST + DEVICE], ids=["device first", "host first"])
def test_the_smaller_of_both_is_what_is_proved(written, launchers: str) -> None:
    found = answer(written, HEAD + launchers)
    assert found.verdict is Verdict.PROVED
    assert found.is_for_all_sizes
    assert "1 <= rows <= 65535," in found.scope


@pytest.mark.parametrize("wrong", ["(cols > 4096 ? 3 : (cols + 31) / 32)", "cols / 32 + 1 - (cols > 4096)"])
def test_one_that_is_wrong_at_large_sizes_is_not_proved(written, wrong: str) -> None:
    for launchers in (DEVICE.replace("(cols + 31) / 32", wrong) + HOST, DEVICE + HOST.replace("(cols + 31) / 32", wrong)):
        assert not answer(written, HEAD + launchers).is_for_all_sizes

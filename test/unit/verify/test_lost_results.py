"""A launcher that copies its result nowhere is warned of; one that copies it back, or works on its caller's memory, is not."""

from __future__ import annotations

import pytest

from xpiler import frontend
from xpiler.verify.defects.lost_results import lost_results

TEXT = """__global__ void twice(const float *x, float *y, int n) {
  int i = blockIdx.x * 256 + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}
void run(const float *hx, float *hy, int n) {
  float *x, *y;
  cudaMalloc(&x, n * sizeof(float));
  cudaMalloc(&y, n * sizeof(float));
  cudaMemcpy(x, hx, n * sizeof(float), cudaMemcpyHostToDevice);
  twice<<<(n + 255) / 256, 256>>>(x, TO, n);
  BACK
}
"""
COPIED = "cudaMemcpy(hy, y, n * sizeof(float), cudaMemcpyDeviceToHost);"


@pytest.mark.parametrize(("to", "back", "lines"), [("y", "", [10]), ("y", COPIED, []), ("hy", "", [])])
def test_results_that_reach_nobody(to: str, back: str, lines: list[int]) -> None:
    found = lost_results(frontend.read(TEXT.replace("TO", to).replace("BACK", back), "cuda"))
    assert [(defect.kind, defect.place.line) for defect in found] == [("lost-result", line) for line in lines]

"""A source with a launcher on device pointers alone: an output's own host launcher is proved with it, or not for all sizes."""

from __future__ import annotations

import pytest

from xpiler.verify.stages import staged
from xpiler.verify.verdict import Answer, Verdict

SOURCE = """#include <cuda_runtime.h>
__global__ void twice(const float *x, float *y, int n) {
  int i = blockIdx.x * 256 + threadIdx.x;
  if (i < n) y[i] += 2.0f * x[i];
}
extern "C" void twice_launch(const float *x, float *y, int n, cudaStream_t s) { twice<<<(n + 255) / 256, 256, 0, s>>>(x, y, n); }
"""
IN, OUT = "hipMemcpy(dy, y, sizeof(float) * n, hipMemcpyHostToDevice);", "hipMemcpy(y, dy, sizeof(float) * n, hipMemcpyDeviceToHost);"
TARGET = (
    """#include <hip/hip_runtime.h>
__global__ void twice(const float *x, float *y, int n) {
  int i = blockIdx.x * 256 + threadIdx.x;
  if (i < n) y[i] += x[i] + x[i];
}
extern "C" void twice_launch(const float *x, float *y, int n, hipStream_t s) { twice<<<(n + 255) / 256, 256, 0, s>>>(x, y, n); }
extern "C" void twice_kernel(const float *x, float *y, int n) {
  float *dx, *dy;
  hipMalloc(&dx, sizeof(float) * n);
  hipMalloc(&dy, sizeof(float) * n);
  hipMemcpy(dx, x, sizeof(float) * n, hipMemcpyHostToDevice);
"""
    + f"  {IN}\n  twice<<<(n + 255) / 256, 256>>>(dx, dy, n);\n  {OUT}\n  hipFree(dx);\n  hipFree(dy);\n}}\n"
)
MORE = "(n > 300 ? n + 1 : n)"  # at large sizes only, where no row of a proof at sizes is
HOST = TARGET.index('extern "C" void twice_kernel')
TWINS = {
    "fewer blocks": TARGET[:HOST] + TARGET[HOST:].replace("(n + 255) / 256", "(n > 300 ? 1 : (n + 255) / 256)"),
    "fewer blocks on the device": TARGET[:HOST].replace("(n + 255) / 256", "(n > 300 ? 1 : (n + 255) / 256)") + TARGET[HOST:],
    "nothing copied in": TARGET.replace(IN, ""),
    "nothing copied back": TARGET.replace(OUT, ""),
    "a part copied back": TARGET.replace(OUT, OUT.replace("* n", "* (n > 300 ? 300 : n)")),
    "more than the source touches": TARGET.replace("* n", f"* {MORE}"),
}


def proved(written, target: str) -> Answer:
    return staged(written(SOURCE, ".cu"), written(target, ".hip"), {}, 60).answer


def test_a_right_one_is_proved_for_all_sizes(written) -> None:
    found = proved(written, TARGET)
    assert found.verdict is Verdict.PROVED
    assert found.is_for_all_sizes
    assert "'y' has at least the elements that the source touches" in found.assumptions


@pytest.mark.parametrize("host", ["if (n > 0) twice<<<(n + 255) / 256, 256>>>", "twice<<<(n + 255u) / 256, 256>>>"])
def test_one_that_launches_in_other_words_is_proved_by_itself(written, host: str) -> None:
    found = proved(written, TARGET.replace("twice<<<(n + 255) / 256, 256>>>", host))
    assert found.verdict is Verdict.PROVED
    assert found.is_for_all_sizes


@pytest.mark.parametrize("name", TWINS)
def test_a_wrong_one_is_not(written, name: str) -> None:
    found = proved(written, TWINS[name])
    assert found.verdict is not Verdict.PROVED or not found.is_for_all_sizes

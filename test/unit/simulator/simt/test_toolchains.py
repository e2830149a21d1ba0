"""The compilers are found where they are, and their refusals carry the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler.diagnostics import InvalidInput, ToolMissing
from xpiler.platforms.cuda import toolchain as cuda
from xpiler.platforms.hip import toolchain as hip

KERNELS = Path(__file__).resolve().parents[4] / "kernels"


@pytest.fixture
def without_tools(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    for module in (cuda, hip):
        monkeypatch.setattr(module, "program", lambda *_, **__: None)


def test_missing_tools_say_how_to_get_them(without_tools, tmp_path):
    for module in (cuda, hip):
        assert module.find() is None
        with pytest.raises(ToolMissing, match="hint: install"):
            module.check(tmp_path / "k")


@pytest.mark.skipif(cuda.find() is None, reason="no nvcc on this machine")
def test_nvcc_takes_the_corpus_and_locates_errors(tmp_path):
    assert cuda.find().version
    cuda.check(KERNELS / "add" / "add.cu")
    wrong = tmp_path / "wrong.cu"
    wrong.write_text("__global__ void k(int *a) {\n  a[0] = b;\n}\n")
    with pytest.raises(InvalidInput) as raised:
        cuda.check(wrong)
    assert raised.value.diagnostics[0].place.line == 2


@pytest.mark.skipif(hip.find() is None, reason="no compiler for AMD's GPUs on this machine")
def test_hip_compiler_takes_the_corpus():
    hip.check(KERNELS / "add" / "add.hip")


DEVICE_FUNCTIONS = """
#include <hip/hip_bf16.h>
#include <hip/hip_fp16.h>
#include <hip/hip_runtime.h>
extern "C" __global__ void __launch_bounds__(256) k(const __half *A, const __hip_bfloat16 *B, float *T, int *count, float4 *wide, int n) {
  extern __shared__ float part[];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  float x = i < n ? __half2float(A[i]) + __bfloat162float(B[i]) : 0.0f;
  x = fmaxf(__shfl_xor(x, 32), __shfl_down(x, 1, 16)) + __expf(x) + erff(x) + __shfl_up_sync(~0ull, x, 2);
  part[threadIdx.x] = x;
  __syncthreads();
  if (__any(i < n) && __popcll(__ballot(x > 0.0f)) > 3) atomicAdd(count, 1);
  wide[i] = make_float4(x, x, x, x) + wide[i];
  atomicAdd(&T[min(i, n - 1)], part[threadIdx.x ^ 1] * max(i, 2));
  if (atomicCAS(count, 1, 2) == 1) T[0] = rsqrtf(x) + std::fabs(x) + float(warpSize);
}
"""


@pytest.mark.skipif(hip.find() is None, reason="no compiler for AMD's GPUs on this machine")
def test_hip_compiler_knows_the_device_functions_and_locates_errors(tmp_path):
    source = tmp_path / "k.hip"
    source.write_text(DEVICE_FUNCTIONS)
    hip.check(source)
    source.write_text(DEVICE_FUNCTIONS.replace("__popcll(", "__frobnicate("))
    with pytest.raises(InvalidInput, match="__frobnicate") as raised:
        hip.check(source)
    assert raised.value.diagnostics[0].place.line == 12

"""What the host does not wait for, reductions that OpenMP combines in another way, and promises that a loop does not keep."""

from __future__ import annotations

import pytest

from xpiler.diagnostics import InvalidInput
from xpiler.verify.stages import staged
from xpiler.verify.verdict import Verdict

CPP = 'extern "C" void k_kernel(const float *A, float *T, int n) {{\n{body}\n}}\n'
COPIED = CPP.format(body="for (int i = 0; i < n; ++i) T[i] = A[i];")
SUMMED = CPP.format(body="float s = 0; for (int i = 0; i < n; ++i) s += A[i]; T[0] = s;")
BANG = """#include <bang.h>
#include <cnrt.h>
__nram__ float buf[64];
extern "C" __mlu_global__ void k(const float *A, float *T, int n) {
  for (int i = taskId * 64; i < n; i += taskDim * 64) {
    int count = n - i < 64 ? n - i : 64;
    __memcpy(buf, A + i, count * sizeof(float), GDRAM2NRAM);
    __memcpy(T + i, buf, count * sizeof(float), NRAM2GDRAM);
  }
}
extern "C" void k_kernel(const float *A, float *T, int n) {
  cnrtQueue_t queue;
  cnrtQueueCreate(&queue);
  float *a, *t;
  cnrtMalloc((void **)&a, n * sizeof(float));
  cnrtMalloc((void **)&t, n * sizeof(float));
  cnrtMemcpy(a, A, n * sizeof(float), cnrtMemcpyHostToDev);
  cnrtDim3_t dim = {4, 1, 1};
  k<<<dim, cnrtFuncTypeUnion1, queue>>>(a, t, n);
  cnrtQueueSync(queue);
  cnrtMemcpy(T, t, n * sizeof(float), cnrtMemcpyDevToHost);
}
"""
CUDA = """#include <cuda_runtime.h>
__global__ void k(const float *A, float *T, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) T[i] = A[i];
}
extern "C" void k_kernel(const float *A, float *T, int n) {
  float *a, *t;
  cudaStream_t s;
  cudaStreamCreate(&s);
  cudaMalloc(&a, n * sizeof(float));
  cudaMalloc(&t, n * sizeof(float));
  cudaMemcpyAsync(a, A, n * sizeof(float), cudaMemcpyHostToDevice, s);
  k<<<(n + 31) / 32, 32, 0, s>>>(a, t, n);
  cudaMemcpyAsync(T, t, n * sizeof(float), cudaMemcpyDeviceToHost, s);
  cudaStreamSynchronize(s);
}
"""
WAITING = {".mlu": (BANG, "  cnrtQueueSync(queue);\n"), ".cu": (CUDA, "  cudaStreamSynchronize(s);\n")}


@pytest.mark.parametrize("suffix", WAITING)
def test_a_copy_back_that_nothing_waits_for_proves_nothing(written, suffix: str) -> None:
    text, wait = WAITING[suffix]
    reference, early = written(COPIED, ".cpp"), written(text.replace(wait, ""), suffix)
    assert staged(reference, written(text, suffix), {}, 20).answer.verdict is Verdict.PROVED
    for pair, whose in (((reference, early), "in the output"), ((early, reference), "in the source")):
        found = staged(*pair, {}, 20).answer
        assert found.verdict is Verdict.UNSUPPORTED
        assert found.reason.startswith(whose)


REDUCED = "float s = {start};\n#pragma omp parallel for reduction({operator} : s)\nfor (int i = 0; i < n; ++i) {update}\nT[0] = s;"


@pytest.mark.parametrize(("operator", "update"), [("+", "s *= A[i];"), ("max", "s += A[i];"), ("+", "s = A[i] - s;")])
def test_a_reduction_by_another_operator_is_an_error(written, operator: str, update: str) -> None:
    with pytest.raises(InvalidInput, match="updates it in another way"):
        written(CPP.format(body=REDUCED.format(start="1", operator=operator, update=update)), ".cpp")


@pytest.mark.parametrize("update", ["s += A[i];", "if (i % 2 == 0) s -= -A[i]; else s += A[i];"])
def test_a_reduction_by_its_operator_is_proved(written, update: str) -> None:
    reduced = written(CPP.format(body=REDUCED.format(start="0", operator="+", update=update)), ".cpp")
    assert staged(written(SUMMED, ".cpp"), reduced, {"n": 9}, 20).answer.verdict is Verdict.PROVED


def test_simd_promises_independent_iterations(written) -> None:
    body = "for (int i = 4; i < n; ++i) T[i] = T[i - 4] + A[i];"
    source = written(CPP.format(body=body), ".cpp")
    found = staged(source, written(CPP.format(body=f"#pragma omp simd\n{body}"), ".cpp"), {}, 20).answer
    assert found.verdict is Verdict.UNSUPPORTED
    assert "race" in found.reason
    found = staged(source, written(CPP.format(body=f"#pragma omp simd safelen(4)\n{body}"), ".cpp"), {}, 20).answer
    assert found.verdict is Verdict.UNSUPPORTED  # nobody has shown that iterations less than four apart are independent
    assert "not read" in found.reason

"""Side conditions, each with a program that keeps it and a twin that does not."""

from __future__ import annotations

import pytest
from proof_subjects import answer

from xpiler.verify.verdict import Verdict

LAUNCHER = """
extern "C" void k_kernel(const float *A, float *T, int n) {
  float *a, *t;
  cudaMalloc(&a, n * sizeof(float));
  cudaMalloc(&t, n * sizeof(float));
  cudaMemcpy(a, A, n * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(t, T, n * sizeof(float), cudaMemcpyHostToDevice);
  k<<<GRID, BLOCK>>>(a, t, n);
  cudaMemcpy(T, t, n * sizeof(float), cudaMemcpyDeviceToHost);
}
"""


def cuda(body: str, grid: int = 1, block: int = 8) -> str:
    launcher = LAUNCHER.replace("GRID", str(grid)).replace("BLOCK", str(block))
    return f"#include <cuda_runtime.h>\n__global__ void k(const float *A, float *T, int n) {{\n{body}\n}}\n{launcher}"


def omp(body: str) -> str:
    return f'extern "C" void k_kernel(const float *A, float *T, int n) {{\n{body}\n}}\n'


REVERSE = "__shared__ float s[8]; s[threadIdx.x] = A[threadIdx.x];{barrier} T[threadIdx.x] = s[7 - threadIdx.x];"
REVERSED = omp("for (int i = 0; i < 8; ++i) T[i] = A[7 - i];")
COPIED = omp("for (int i = 0; i < 8; ++i) T[i] = A[i];")
SUMMED = omp("for (int i = 0; i < 8; ++i) T[7] += A[i];")

KEPT = {
    "barrier": (REVERSED, cuda(REVERSE.format(barrier="__syncthreads();"))),
    "warp barrier": (REVERSED, cuda(REVERSE.format(barrier="__syncwarp();"))),
    "returned threads": (COPIED, cuda("if (threadIdx.x >= n) return; __syncthreads(); T[threadIdx.x] = A[threadIdx.x];", block=16)),
    "atomic sums": (SUMMED, cuda("atomicAdd(T + 7, A[threadIdx.x]);")),
    "atomic sums of blocks": (SUMMED, cuda("atomicAdd(T + 7, A[blockIdx.x]);", 8, 1)),
    "shuffle": (
        REVERSED,
        cuda("float x = __shfl_xor_sync(0xffffffff, A[threadIdx.x % 8], 7); if (threadIdx.x < 8) T[threadIdx.x] = x;", block=32),
    ),
    "parallel loop": (COPIED, omp("#pragma omp parallel for\nfor (int i = 0; i < 8; ++i) {\nfloat x[1]; x[0] = A[i]; T[i] = x[0]; }")),
    "guarded division": (omp("for (int i = 0; i < 8; ++i) T[i] = A[i] / A[0];"), cuda("T[threadIdx.x] = A[threadIdx.x] * (1.0f / A[0]);")),
    "aligned wide access": (
        COPIED,
        cuda("reinterpret_cast<float4 *>(T)[threadIdx.x] = reinterpret_cast<const float4 *>(A)[threadIdx.x];", block=2),
    ),
}
BROKEN = {
    "misaligned wide access": (
        COPIED,
        cuda(
            "*reinterpret_cast<float4 *>(T + 3) = *reinterpret_cast<const float4 *>(A + 3);"
            " T[0] = A[0]; T[1] = A[1]; T[2] = A[2]; T[7] = A[7];",
            block=1,
        ),
        "no multiple of 16",
    ),
    "wide access to an array of floats": (
        COPIED,
        cuda(
            "__shared__ float s[8]; s[threadIdx.x] = A[threadIdx.x]; __syncthreads();"
            " if (threadIdx.x < 2) reinterpret_cast<float4 *>(T)[threadIdx.x] = reinterpret_cast<const float4 *>(s)[threadIdx.x];"
        ),
        "alignment is not known",
    ),
    "aligned instruction on a parameter": (
        COPIED,
        "#include <immintrin.h>\n" + omp("_mm256_store_ps(T, _mm256_load_ps(A));"),
        "to be aligned",
    ),
    "missing barrier": (REVERSED, cuda(REVERSE.format(barrier="")), "race"),
    "warp barrier across warps": (
        omp("for (int i = 0; i < 64; ++i) T[i] = A[63 - i];"),
        cuda("__shared__ float s[64]; s[threadIdx.x] = A[threadIdx.x]; __syncwarp(); T[threadIdx.x] = s[63 - threadIdx.x];", block=64),
        "race",
    ),
    "barrier in a branch": (COPIED, cuda("if (threadIdx.x < 4) { __syncthreads(); } T[threadIdx.x] = A[threadIdx.x];"), "barrier"),
    "sum without atomics": (SUMMED, cuda("T[7] += A[threadIdx.x];"), "race"),
    "two kinds of atomics": (COPIED, cuda("if (threadIdx.x < 4) atomicAdd((int *)T, 1); else atomicMax((int *)T, 1);"), ""),
    "blocks meet": (COPIED, cuda("T[threadIdx.x] = A[threadIdx.x];", 2), "race"),
    "beyond a shared array": (COPIED, cuda("__shared__ float s[8]; s[threadIdx.x + 1] = 0.0f; T[threadIdx.x] = A[threadIdx.x];"), "bounds"),
    "before a buffer": (COPIED, cuda("T[threadIdx.x] = A[threadIdx.x] + 0.0f * A[(int)threadIdx.x - 1];"), "bounds"),
    "uninitialised shared memory": (
        COPIED,
        cuda("__shared__ float s[8]; T[threadIdx.x] = A[threadIdx.x] + 0.0f * s[threadIdx.x];"),
        "uninit",
    ),
    "one write more": (omp("for (int i = 0; i < 7; ++i) T[i] = A[i];"), cuda("T[threadIdx.x] = A[threadIdx.x];"), "bounds"),
    "parallel iterations that meet": (
        omp("for (int i = 0; i < 8; ++i) T[0] = A[i];"),
        omp("#pragma omp parallel for\nfor (int i = 0; i < 8; ++i) T[0] = A[i];"),
        "race",
    ),
    "a shared array in a parallel loop": (
        COPIED,
        omp("float x[1];\n#pragma omp parallel for\nfor (int i = 0; i < 8; ++i) { x[0] = A[i]; T[i] = x[0]; }"),
        "race",
    ),
    "a branch on data that stores": (
        COPIED,
        cuda("T[threadIdx.x] = A[threadIdx.x]; if (A[threadIdx.x] > 0.0f) T[threadIdx.x] = 1.0f;"),
        "T[0]",
    ),
    "an address from data": (COPIED, cuda("T[threadIdx.x] = A[(int)A[threadIdx.x]];"), "does not access"),
    "a division that cancels": (COPIED, cuda("T[threadIdx.x] = A[threadIdx.x] + 1.0f / A[0] - 1.0f / A[0];"), "T[0]"),
}


def size_of(name: str) -> int:
    return 64 if "across warps" in name else 7 if name == "one write more" else 8


@pytest.mark.parametrize("name", KEPT)
def test_what_keeps_a_condition_is_proved(written, name: str) -> None:
    source, target = KEPT[name]
    found = answer(written(source, ".cpp"), written(target, ".cu" if "cudaMalloc" in target else ".cpp"), {"n": 8})
    assert found.verdict is Verdict.PROVED, found


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_it_is_not(written, name: str) -> None:
    source, target, reason = BROKEN[name]
    found = answer(written(source, ".cpp"), written(target, ".cu" if "cudaMalloc" in target else ".cpp"), {"n": size_of(name)})
    assert found.verdict is Verdict.UNSUPPORTED
    assert reason in found.reason
    assert not found.reason.startswith("the source")

"""Kernel files with one mistake each: the text, where the message points, and words it must hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """A file named `name`, refused at `place` (line:column, "" for the whole file) with a message that holds `words`."""

    name: str
    place: str
    words: str
    text: str


SIMT = "__global__ void copy(const float *A, float *T, int n) {\n  int i = blockIdx.x * blockDim.x + threadIdx.x;\n  "
BANG = "#include <bang.h>\n__mlu_global__ void copy(const float *A, float *T, int n) {\n  "
BANG_END = "\n  __memcpy(a, A, 256, GDRAM2NRAM);\n  __memcpy(T, a, 256, NRAM2GDRAM);\n}\n"
HOST = """
extern "C" void copy_kernel(const float *A, float *T, int n) {
  float *dA, *dT;
  cudaMalloc(&dA, n * sizeof(float));
  cudaMalloc(&dT, n * sizeof(float));
  cudaMemcpy(dA, A, n * sizeof(float), cudaMemcpyDeviceToHost);
  copy<<<(n + 255) / 256, 256>>>(dA, dT, n);
}
"""
BARRIER = """__global__ void reverse(const float *A, float *T) {
  __shared__ float s[64];
  s[threadIdx.x] = A[threadIdx.x];
  if (threadIdx.x < 32) {
    __syncthreads();
    T[threadIdx.x] = s[63 - threadIdx.x];
  }
}
void launch(const float *A, float *T) { reverse<<<1, 64>>>(A, T); }
"""

MISTAKES = (
    Mistake("syntax.cu", "2:48", "expected ';'", SIMT.replace(".x;", ".x") + "if (i < n) T[i] = A[i];\n}\n"),
    Mistake("unknown.cu", "3:21", "'__frobnicate'", SIMT + "if (i < n) T[i] = __frobnicate(A[i]);\n}\n"),
    Mistake("unknown.mlu", "4:3", "'__bang_frobnicate'", BANG + "__nram__ float a[64];\n  __bang_frobnicate(a, a, 64);" + BANG_END),
    Mistake(
        "unknown.cpp",
        "3:23",
        "'_mm512_frobnicate_ps'",
        "#include <immintrin.h>\nvoid copy(const float *A, float *T) {\n"
        "  _mm512_storeu_ps(T, _mm512_frobnicate_ps(_mm512_loadu_ps(A)));\n}\n",
    ),
    Mistake("none.cu", "1:1", "no kernel", "int add(int a, int b) { return a + b; }\n"),
    Mistake(
        "several.cu",
        "5:17",
        "several kernels (copy, move)",
        SIMT + "T[i] = A[i];\n}\n" + SIMT.replace("copy", "move") + "T[i] = A[i];\n}\n",
    ),
    Mistake("geometry.cu", "1:17", "grid and block are unknown", SIMT + "if (i < n) T[i] = A[i];\n}\n"),
    Mistake(
        "threads.cu",
        "5:64",
        "64 x 32 x 1 threads",
        SIMT + "if (i < n) T[i] = A[i];\n}\nvoid launch(const float *A, float *T, int n) { dim3 b(64, 32); copy<<<n, b>>>(A, T, n); }\n",
    ),
    Mistake("barrier.cu", "5:5", "barrier under a condition", BARRIER),
    Mistake("nram.mlu", "3:18", "NRAM of mtp_592 holds 524288", BANG + "__nram__ float a[1048576];" + BANG_END),
    Mistake("size.mlu", "3:18", "size is known only at run time", BANG + "__nram__ float a[n];" + BANG_END),
    Mistake("direction.mlu", "4:3", "NRAM2GDRAM does not fit", BANG + "__nram__ float a[64];\n  __memcpy(a, A, 256, NRAM2GDRAM);\n}\n"),
    Mistake("direction.cu", "10:3", "destination is device memory", SIMT + "if (i < n) T[i] = A[i];\n}\n" + HOST),
    Mistake("assembly.cu", "4:3", "inline assembly", SIMT + 'float x;\n  asm("frob.f32 %0, %1;" : "=f"(x) : "f"(A[i]));\n  T[i] = x;\n}\n'),
)

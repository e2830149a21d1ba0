"""Files as others write them: headers of their own, launch macros, unions in shared memory, functors, address launches."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

from xpiler.diagnostics import InvalidInput

HEADER = """#pragma once
#include <cstdio>
#define CHECK(call) do { cudaError_t e = (call); if (e) { fprintf(stderr, "%s\\n", cudaGetErrorString(e)); return 1; } } while (0)
#define FLOAT4(value) (reinterpret_cast<float4 *>(&(value))[0])
template <typename T> struct SharedMemory { __device__ operator T *() { extern __shared__ int raw[]; return (T *)raw; } };
template <const int width = 32> __device__ __forceinline__ float warp_sum(float v) {
#pragma unroll
  for (int mask = width >> 1; mask >= 1; mask >>= 1) v += __shfl_xor_sync(0xffffffff, v, mask);
  return v;
}
"""
FILE = """#include <vector>
#include <cuda_runtime.h>
#include "detail.cuh"
struct Params { float *out; const float *in; int n; float scale; };
__constant__ float offsets[2] = {0.0f, 1.0f};
namespace detail {
template <typename T, int BLOCK> __global__ __launch_bounds__(BLOCK) void scale(const Params p, T bias) {
  __shared__ T tile[BLOCK], sums[BLOCK / 32][1];
  __shared__ union { int i; float f; } u;
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (threadIdx.x == 0) u.f = p.scale;
  tile[threadIdx.x] = i < p.n ? p.in[i] : T(0);
  float sum = warp_sum<>(tile[threadIdx.x]);
  if (threadIdx.x % 32 == 0) sums[threadIdx.x / 32][0] = sum;
  __syncthreads();
  if (i < p.n) p.out[i] = tile[threadIdx.x] * u.f + bias * offsets[threadIdx.x & 1] + 0 * sums[0][0];
}
}  // namespace detail
#define LAUNCH(B) detail::scale<float, B><<<(p.n + B - 1) / B, B>>>(p, 10)
__global__ void vec4(float *a, int n) {
  int i = 4 * (blockIdx.x * blockDim.x + threadIdx.x);
  if (i < n) { float4 v = FLOAT4(a[i]); v.x = -v.x; FLOAT4(a[i]) = v; }
}
template <class F> __global__ void apply(float *a, int n, F f) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) a[i] = f(a[i]);
}
__global__ void reverse(float *a) {
  float *s = SharedMemory<float>();
  s[threadIdx.x] = a[threadIdx.x];
  __syncthreads();
  a[threadIdx.x] = s[blockDim.x - 1 - threadIdx.x];
}
extern "C" int run(float *h, int n) {
  float *d, *o;
  CHECK(cudaMalloc((void **)&d, n * sizeof(float)));
  CHECK(cudaMalloc(&o, n * sizeof(float)));
  CHECK(cudaMemcpy(d, h, n * sizeof(float), cudaMemcpyHostToDevice));
  Params p{o, d, n, 2.0f};
  switch (n % 3) { case 0: LAUNCH(64); break; default: LAUNCH(128); }
  CHECK(cudaGetLastError());
  void *args[] = {&o, &n};
  CHECK(cudaLaunchKernel((void *)vec4, dim3(1), dim3(32), args, 0, 0));
  apply<<<2, 32>>>(o, n, [=] __device__(float x) { return x + n; });
  reverse<<<dim3(1), dim3{64}, 64 * sizeof(float), nullptr>>>(o);
  CHECK(cudaMemcpy(h, o, n * sizeof(float), cudaMemcpyDeviceToHost));
  return cudaFree(d) || cudaFree(o);
}
int main() { return 0; }
"""


def test_a_file_with_its_own_header(simulate, tmp_path):
    folder = tmp_path / "include"
    folder.mkdir()
    (folder / "detail.cuh").write_text(HEADER)
    machine = simulate(FILE, include_dirs=(folder,))
    h = np.arange(64, dtype=np.float32)
    expected = h * 2 + 10 * (np.arange(64) & 1)
    expected[::4] *= -1
    assert machine.library.run(ctypes.c_void_p(h.ctypes.data), 64) == 0
    np.testing.assert_array_equal(h, (expected + 64)[::-1])
    assert machine.findings == []


def test_a_macro_that_makes_a_kernel_and_its_launch(simulate):
    machine = simulate(
        """
        #define UNARY(NAME, VALUE)                                                           \\
          __global__ void NAME##_kernel(float *a) { float v = a[threadIdx.x]; a[threadIdx.x] = VALUE; } \\
          extern "C" void NAME(float *d) { NAME##_kernel<<<1, 32>>>(d); }
        UNARY(twice, 2.0f * v)
        extern "C" int run(float *h) {
          float *d;
          cudaMalloc(&d, 128);
          cudaMemcpy(d, h, 128, cudaMemcpyHostToDevice);
          twice(d);
          cudaMemcpy(h, d, 128, cudaMemcpyDeviceToHost);
          return cudaFree(d);
        }"""
    )
    h = np.arange(32, dtype=np.float32)
    assert machine.library.run(ctypes.c_void_p(h.ctypes.data)) == 0
    np.testing.assert_array_equal(h, 2 * np.arange(32))


def test_hip_launch_macro_and_lane_builtins(simulate):
    machine = simulate(
        """
        template <int N> __global__ void k(int *a, int add) {
          int lane = threadIdx.x, v = a[lane];
          int row = __builtin_amdgcn_update_dpp(0, v, 0x111, 0xf, 0xf, true);
          int first = __builtin_amdgcn_readfirstlane(v + 5);
          int pulled = __builtin_amdgcn_ds_bpermute(4 * (63 - lane), v);
          a[lane] = row + N * first + 1000 * pulled + add;
        }
        extern "C" int run(int *h) {
          int *d; hipMalloc(&d, 256);
          hipMemcpy(d, h, 256, hipMemcpyHostToDevice);
          hipLaunchKernelGGL(HIP_KERNEL_NAME(k<100>), dim3(1), dim3(64), 0, 0, d, 7);
          hipMemcpy(h, d, 256, hipMemcpyDeviceToHost);
          return hipFree(d);
        }""",
        platform="hip",
    )
    h, lane = np.arange(64, dtype=np.int32), np.arange(64)
    assert machine.library.run(ctypes.c_void_p(h.ctypes.data)) == 0
    np.testing.assert_array_equal(h, np.where(lane % 16, lane - 1, 0) + 500 + 1000 * (63 - lane) + 7)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("__global__ void k(int *a) {\n  a[0] = unknown(1);\n}", r"kernel\.cu:3:\d+: error: .*unknown"),
        ("__global__ void k() {\n  __shared__ int s[4]\n}", r"kernel\.cu:3.*__shared__"),
        ("__global__ void k();\nvoid f() {\n  k<<<1, 2;\n}", r"kernel\.cu:4.*launch"),
    ],
)
def test_bad_text_is_refused_with_its_place(simulate, text, message):
    with pytest.raises(InvalidInput, match=message):
        simulate(text)


def test_an_unreadable_file_is_refused(tmp_path):
    from xpiler.platforms.cuda.simulator import build

    (tmp_path / "binary.cu").write_bytes(bytes(range(256)))
    for name in ("binary.cu", "missing.cu"):
        with pytest.raises(InvalidInput, match="cannot read"):
            build(tmp_path / name, tmp_path / "out.so")
    with pytest.raises(InvalidInput, match="unknown CUDA architecture"):
        build(tmp_path / "missing.cu", tmp_path / "out.so", arch="gfx942")

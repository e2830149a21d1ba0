"""Atomic operations in all types, and several kernels with device variables in a row."""

from __future__ import annotations

import ctypes

import numpy as np

CASES = [
    ("int", np.int32, "atomicAdd(p, 2)", 1, 129),
    ("unsigned", np.uint32, "atomicAdd(p, 1u)", 0, 64),
    ("unsigned long long", np.uint64, "atomicAdd(p, 1ull << 40)", 0, 64 << 40),
    ("float", np.float32, "atomicAdd(p, 0.5f)", 0, 32),
    ("double", np.float64, "atomicAdd(p, 0.25)", 1, 17),
    ("half", np.float16, "atomicAdd(p, __float2half(1.0f))", 0, 64),
    ("int", np.int32, "atomicSub(p, threadIdx.x)", 0, -2016),
    ("int", np.int32, "atomicMax(p, (int)threadIdx.x)", -5, 63),
    ("int", np.int32, "atomicMin(p, (int)threadIdx.x - 10)", 5, -10),
    ("unsigned", np.uint32, "atomicInc(p, 9u)", 0, 4),
    ("unsigned", np.uint32, "atomicDec(p, 9u)", 0, 6),
    ("unsigned", np.uint32, "atomicOr(p, 1u << (threadIdx.x & 31))", 0, 0xFFFFFFFF),
    ("unsigned", np.uint32, "atomicXor(p, threadIdx.x)", 7, 7),
    ("int", np.int32, "atomicCAS(p, (int)threadIdx.x, (int)threadIdx.x + 1)", 0, 64),
]


def test_atomics(simulate):
    kernels = (f"__global__ void k{n}({ctype} *p) {{ {call}; }}\n" for n, (ctype, _, call, _, _) in enumerate(CASES))
    machine = simulate("#include <cuda_fp16.h>\n" + "".join(kernels))
    for n, (_, dtype, call, start, expected) in enumerate(CASES):
        value = np.array([start], dtype)
        machine.launch(f"k{n}", value, block=64)
        assert value[0] == dtype(expected), call
    assert machine.findings == []


def test_shared_atomics_are_no_race(simulate):
    machine = simulate("""__global__ void k(int *out) {
      __shared__ int bins[4];
      if (threadIdx.x < 4) bins[threadIdx.x] = 0;
      __syncthreads();
      atomicAdd(&bins[threadIdx.x % 4], 1);
      __syncthreads();
      if (threadIdx.x < 4) out[threadIdx.x] = bins[threadIdx.x];
    }""")
    out = np.zeros(4, np.int32)
    machine.launch("k", out, block=64)
    assert list(out) == [16] * 4 and machine.findings == []


def test_several_kernels_share_device_and_constant_variables(simulate):
    machine = simulate("""
      __constant__ int factor[2];
      __device__ int total;
      __global__ void add(int n) { if (threadIdx.x < n) atomicAdd(&total, factor[threadIdx.x & 1]); }
      extern "C" int run() {
        int f[2] = {3, 5}, zero = 0, result;
        cudaMemcpyToSymbol(factor, f, sizeof f);
        cudaMemcpyToSymbol(total, &zero, sizeof zero);
        cudaStream_t s; cudaStreamCreate(&s);
        add<<<1, 32, 0, s>>>(32);
        add<<<dim3(2), dim3(8)>>>(4);
        cudaDeviceSynchronize();
        cudaMemcpyFromSymbol(&result, total, sizeof result);
        return result;
      }""")
    assert machine.library.run() == 16 * 8 + 2 * 2 * 8
    assert machine.findings == []


def test_dynamic_shared_memory_and_templates(simulate):
    machine = simulate("""
      template <typename T, int N> __global__ void reverse(T *a) {
        extern __shared__ __align__(16) unsigned char raw[];
        T *s = reinterpret_cast<T *>(raw);
        s[threadIdx.x] = a[threadIdx.x];
        __syncthreads();
        a[threadIdx.x] = s[N - 1 - threadIdx.x];
      }
      extern "C" int run(double *h) {
        double *d; cudaMalloc(&d, 64 * 8);
        cudaMemcpy(d, h, 64 * 8, cudaMemcpyHostToDevice);
        reverse<double, 64><<<1, 64, 64 * sizeof(double)>>>(d);
        cudaMemcpy(h, d, 64 * 8, cudaMemcpyDeviceToHost);
        return cudaFree(d) || cudaGetLastError();
      }""")
    values = np.arange(64.0)
    assert machine.library.run(ctypes.c_void_p(values.ctypes.data)) == 0
    np.testing.assert_array_equal(values, np.arange(64.0)[::-1])
    assert machine.findings == []


def test_more_dynamic_memory_than_allowed_needs_the_attribute(simulate):
    machine = simulate("""
      __global__ void k() {}
      extern "C" int run(int raise) {
        if (raise) cudaFuncSetAttribute(k, cudaFuncAttributeMaxDynamicSharedMemorySize, 64 << 10);
        k<<<1, 1, 60 << 10>>>();
        return cudaGetLastError();
      }""")
    assert machine.library.run(0) == 1
    assert machine.library.run(1) == 0

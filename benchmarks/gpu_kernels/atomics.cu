// Atomic operations of every type, on device and shared memory; results that do not depend on the order.
#include "run_case.h"
#include <cuda_bf16.h>
#include <cuda_fp16.h>

__global__ void atomic_int(const int *in, int *out, int n) {
  int v = in[blockIdx.x * blockDim.x + threadIdx.x];
  atomicAdd(out, v);
  atomicSub(out + 1, v);
  atomicMin(out + 2, v);
  atomicMax(out + 3, v);
  atomicAnd(out + 4, v);
  atomicOr(out + 5, v & 0xff00);
  atomicXor(out + 6, v);
}
// case atomic_int: int32*512 any -> int32*7, equal
extern "C" void case_atomic_int(const void *in, void *out, int n) { run_case(atomic_int, in, out, n, {4, 128, n, 7, 0, true}); }

__global__ void atomic_unsigned(const unsigned *in, unsigned *out, int n) {
  unsigned v = in[blockIdx.x * blockDim.x + threadIdx.x];
  atomicAdd(out, v);
  atomicMax(out + 1, v);
  atomicInc(out + 2, 100);
  atomicDec(out + 3, 70);
}
// case atomic_unsigned: uint32*512 any -> uint32*4, equal
extern "C" void case_atomic_unsigned(const void *in, void *out, int n) { run_case(atomic_unsigned, in, out, n, {4, 128, n, 4, 0, true}); }

__global__ void atomic_long(const unsigned long long *in, unsigned long long *out, int n) {
  unsigned long long v = in[blockIdx.x * blockDim.x + threadIdx.x];
  atomicAdd(out, v);
  atomicMax(out + 1, v);
  atomicMin((long long *)out + 2, (long long)v);
  atomicXor(out + 3, v);
  atomicOr(out + 4, v & 0xff00000000ull);
}
// case atomic_long: uint64*256 any -> uint64*5, equal
extern "C" void case_atomic_long(const void *in, void *out, int n) { run_case(atomic_long, in, out, n, {2, 128, n, 5, 0, true}); }

__global__ void atomic_float(const float *in, float *out, int n) { atomicAdd(out + threadIdx.x % 4, in[blockIdx.x * blockDim.x + threadIdx.x]); }
// case atomic_float: float32*512 whole -> float32*4, equal
extern "C" void case_atomic_float(const void *in, void *out, int n) { run_case(atomic_float, in, out, n, {4, 128, n, 4, 0, true}); }

__global__ void atomic_double(const double *in, double *out, int n) { atomicAdd(out, in[blockIdx.x * blockDim.x + threadIdx.x]); }
// case atomic_double: float64*256 whole -> float64*1, equal
extern "C" void case_atomic_double(const void *in, void *out, int n) { run_case(atomic_double, in, out, n, {2, 128, n, 1, 0, true}); }

__global__ void atomic_half(const half *in, half *out, int n) {
  atomicAdd(out + threadIdx.x % 4, in[threadIdx.x]);
  atomicAdd((half2 *)out + 2, __halves2half2(in[threadIdx.x], __float2half(1.0f)));
}
// case atomic_half: float16*64 whole -> float16*6, equal
extern "C" void case_atomic_half(const void *in, void *out, int n) { run_case(atomic_half, in, out, n, {1, 64, n, 6, 0, true}); }

__global__ void atomic_bfloat16(const float *in, __nv_bfloat16 *out, int n) {
  atomicAdd(out + threadIdx.x % 2, __float2bfloat16(in[threadIdx.x] > 0 ? 1.0f : -1.0f));
}
// case atomic_bfloat16: float32*64 unit -> uint16*2, equal
extern "C" void case_atomic_bfloat16(const void *in, void *out, int n) { run_case(atomic_bfloat16, in, out, n, {1, 64, n, 2, 0, true}); }

__global__ void atomic_exchange(const int *in, int *out, int n) {
  int i = threadIdx.x;
  out[i] = atomicExch((int *)out + n + i, in[i]) + 10;
  atomicExch(out + 2 * n, 77);
}
// case atomic_exchange: int32*64 any -> int32*129, equal
extern "C" void case_atomic_exchange(const void *in, void *out, int n) { run_case(atomic_exchange, in, out, n, {1, 64, n, 129, 0, true}); }

__device__ float atomic_larger(float *address, float value) {
  int *cell = (int *)address, old = *(volatile int *)cell, seen;
  do {
    seen = old;
    old = atomicCAS(cell, seen, __float_as_int(fmaxf(value, __int_as_float(seen))));
  } while (old != seen);
  return __int_as_float(old);
}
__global__ void atomic_compare(const float *in, float *out, int n) { atomic_larger(out, in[blockIdx.x * blockDim.x + threadIdx.x]); }
// case atomic_compare: float32*256 unit -> float32*1, equal
extern "C" void case_atomic_compare(const void *in, void *out, int n) { run_case(atomic_compare, in, out, n, {2, 128, n, 1, 0, true}); }

__global__ void histogram(const int *in, int *out, int n) {
  __shared__ int bins[17];
  if (threadIdx.x < 17) bins[threadIdx.x] = 0;
  __syncthreads();
  atomicAdd(&bins[in[blockIdx.x * blockDim.x + threadIdx.x] + 8], 1);
  __syncthreads();
  if (threadIdx.x < 17) atomicAdd(&out[threadIdx.x], bins[threadIdx.x]);
}
// case atomic_shared: int32*1024 small -> int32*17, equal
extern "C" void case_atomic_shared(const void *in, void *out, int n) { run_case(histogram, in, out, n, {4, 256, n, 17, 0, true}); }

__global__ void last_block(const int *in, int *out, int n) {
  __shared__ bool last;
  if (threadIdx.x == 0) {
    int sum = 0;
    for (int i = 0; i < 32; ++i) sum += in[blockIdx.x * 32 + i];
    out[2 + blockIdx.x] = sum;
    __threadfence();
    last = atomicAdd(&out[0], 1) == (int)gridDim.x - 1;
  }
  __syncthreads();
  if (last && threadIdx.x == 0)
    for (int b = 0; b < (int)gridDim.x; ++b) out[1] += ((volatile int *)out)[2 + b];
}
// case last_block: int32*256 any -> int32*10, equal
extern "C" void case_last_block(const void *in, void *out, int n) { run_case(last_block, in, out, n, {8, 32, n, 10, 0, true}); }

// CUDA C as the front end reads it: every name of the platform, whatever a file includes.
#pragma once
#include "xpiler_simt.h"

__device__ void __syncthreads(); // clang knows it as a device function

#pragma clang force_cuda_host_device begin

#define CUDART_VERSION 12040
#define CUDART_INF_F __builtin_huge_valf()
#define CUDART_INF __builtin_huge_val()
#define CUDART_NAN_F __builtin_nanf("")
#define CUDART_PI_F 3.141592654f
#define __CUDACC_VER_MAJOR__ 12
#define __CUDACC_VER_MINOR__ 4

typedef __bf16 __nv_bfloat16;
typedef __bf16 nv_bfloat16;
typedef xpiler_bfloat162 __nv_bfloat162;
typedef xpiler_bfloat162 nv_bfloat162;

// warps
#define XPILER_SHUFFLES(T) \
  T __shfl_sync(unsigned, T, int, int = 32); \
  T __shfl_up_sync(unsigned, T, unsigned, int = 32); \
  T __shfl_down_sync(unsigned, T, unsigned, int = 32); \
  T __shfl_xor_sync(unsigned, T, int, int = 32); \
  T __shfl(T, int, int = 32); \
  T __shfl_up(T, unsigned, int = 32); \
  T __shfl_down(T, unsigned, int = 32); \
  T __shfl_xor(T, int, int = 32);
XPILER_SHUFFLES(int)
XPILER_SHUFFLES(unsigned)
XPILER_SHUFFLES(long)
XPILER_SHUFFLES(unsigned long)
XPILER_SHUFFLES(long long)
XPILER_SHUFFLES(unsigned long long)
XPILER_SHUFFLES(float)
XPILER_SHUFFLES(double)
XPILER_SHUFFLES(half)
XPILER_SHUFFLES(half2)
XPILER_SHUFFLES(__bf16)
XPILER_SHUFFLES(xpiler_bfloat162)

int __any_sync(unsigned, int);
int __all_sync(unsigned, int);
unsigned __ballot_sync(unsigned, int);
int __any(int);
int __all(int);
unsigned __ballot(int);
unsigned __activemask();
void __syncwarp(unsigned = 0xffffffff);
#define XPILER_REDUCTION(name, T, combined)                                                        \
  inline T name(unsigned mask, T a) {                                                              \
    for (int by = 16; by > 0; by /= 2) {                                                           \
      T b = __shfl_xor_sync(mask, a, by);                                                          \
      a = combined;                                                                                \
    }                                                                                              \
    return a;                                                                                      \
  }
XPILER_REDUCTION(__reduce_add_sync, int, (int)((unsigned)a + (unsigned)b))
XPILER_REDUCTION(__reduce_add_sync, unsigned, a + b)
XPILER_REDUCTION(__reduce_min_sync, int, min(a, b))
XPILER_REDUCTION(__reduce_min_sync, unsigned, min(a, b))
XPILER_REDUCTION(__reduce_max_sync, int, max(a, b))
XPILER_REDUCTION(__reduce_max_sync, unsigned, max(a, b))
XPILER_REDUCTION(__reduce_and_sync, unsigned, a & b)
XPILER_REDUCTION(__reduce_or_sync, unsigned, a | b)
XPILER_REDUCTION(__reduce_xor_sync, unsigned, a ^ b)

// host runtime
#define cudaStreamDefault 0
struct CUstream_st;
typedef CUstream_st *cudaStream_t;
struct CUevent_st;
typedef CUevent_st *cudaEvent_t;
enum cudaError_t { cudaSuccess = 0, cudaErrorInvalidValue = 1, cudaErrorMemoryAllocation = 2 };
typedef cudaError_t cudaError;
enum cudaMemcpyKind { cudaMemcpyHostToHost, cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice, cudaMemcpyDefault };
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize = 8, cudaFuncAttributePreferredSharedMemoryCarveout = 9 };
extern "C" unsigned __cudaPushCallConfiguration(dim3, dim3, size_t = 0, cudaStream_t = 0);
template <class T>
cudaError_t cudaMalloc(T **, size_t);
cudaError_t cudaFree(void *);
cudaError_t cudaMemcpy(void *, const void *, size_t, cudaMemcpyKind);
cudaError_t cudaMemcpyAsync(void *, const void *, size_t, cudaMemcpyKind, cudaStream_t = 0);
template <class T>
cudaError_t cudaMemcpyToSymbol(const T &, const void *, size_t, size_t = 0, cudaMemcpyKind = cudaMemcpyHostToDevice);
cudaError_t cudaMemset(void *, int, size_t);
cudaError_t cudaMemsetAsync(void *, int, size_t, cudaStream_t = 0);
cudaError_t cudaDeviceSynchronize();
cudaError_t cudaThreadSynchronize();
cudaError_t cudaGetLastError();
cudaError_t cudaPeekAtLastError();
cudaError_t cudaStreamSynchronize(cudaStream_t);
cudaError_t cudaStreamCreate(cudaStream_t *);
cudaError_t cudaStreamDestroy(cudaStream_t);
cudaError_t cudaSetDevice(int);
cudaError_t cudaDeviceReset();
cudaError_t cudaEventCreate(cudaEvent_t *);
cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t = 0);
cudaError_t cudaEventSynchronize(cudaEvent_t);
cudaError_t cudaEventDestroy(cudaEvent_t);
cudaError_t cudaEventElapsedTime(float *, cudaEvent_t, cudaEvent_t);
template <class F>
cudaError_t cudaFuncSetAttribute(F, cudaFuncAttribute, int);
const char *cudaGetErrorString(cudaError_t);
const char *cudaGetErrorName(cudaError_t);

// matrix fragments, with and without the namespace
namespace nvcuda {
namespace wmma {
struct matrix_a;
struct matrix_b;
struct accumulator;
struct row_major;
struct col_major;
enum layout_t { mem_row_major, mem_col_major };
namespace precision {
struct tf32;
}
template <class Use, int m, int n, int k, class T, class Layout = void>
struct fragment {
  T x[16];
  static const int num_elements;
};
template <class F, class T>
void fill_fragment(F &, const T &);
template <class F, class T>
void load_matrix_sync(F &, const T *, unsigned);
template <class F, class T>
void load_matrix_sync(F &, const T *, unsigned, layout_t);
template <class F, class T>
void store_matrix_sync(T *, const F &, unsigned, layout_t);
template <class D, class A, class B, class C>
void mma_sync(D &, const A &, const B &, const C &, bool = false);
} // namespace wmma
} // namespace nvcuda
namespace wmma = nvcuda::wmma;

#pragma clang force_cuda_host_device end

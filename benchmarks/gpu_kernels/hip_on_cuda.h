// Runs HIP text written for 32-lane waves on an NVIDIA GPU: HIP's names as CUDA's.
// 64-lane waves and matrix-core builtins cannot run on 32-lane warps and have no place here.
#pragma once
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>
#include <type_traits>

// --- runtime ---------------------------------------------------------------------------------
#define hipError_t cudaError_t
#define hipSuccess cudaSuccess
#define hipStream_t cudaStream_t
#define hipEvent_t cudaEvent_t
#define hipMalloc cudaMalloc
#define hipFree cudaFree
#define hipMemcpy cudaMemcpy
#define hipMemcpyAsync cudaMemcpyAsync
#define hipMemset cudaMemset
#define hipMemcpyHostToDevice cudaMemcpyHostToDevice
#define hipMemcpyDeviceToHost cudaMemcpyDeviceToHost
#define hipMemcpyDeviceToDevice cudaMemcpyDeviceToDevice
#define hipMemcpyToSymbol cudaMemcpyToSymbol
#define HIP_SYMBOL(symbol) symbol
#define hipDeviceSynchronize cudaDeviceSynchronize
#define hipStreamCreate cudaStreamCreate
#define hipStreamDestroy cudaStreamDestroy
#define hipStreamSynchronize cudaStreamSynchronize
#define hipGetLastError cudaGetLastError
#define hipPeekAtLastError cudaPeekAtLastError
#define hipGetErrorString cudaGetErrorString
#define hipLaunchKernelGGL(kernel, grid, block, shared, stream, ...) kernel<<<grid, block, shared, stream>>>(__VA_ARGS__)

inline cudaError_t hipFuncSetAttribute(const void *function, int, int bytes) {
  return cudaFuncSetAttribute(function, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
}
constexpr int hipFuncAttributeMaxDynamicSharedMemorySize = 8;

// --- waves: HIP names no mask; code here is only right where every lane of the wave takes part, so the mask is all ----
namespace hip_on_cuda {
constexpr unsigned every_lane = 0xffffffffu;
template <class T> __device__ T shfl(T value, int source, int width = 32) { return __shfl_sync(every_lane, value, source, width); }
template <class T> __device__ T shfl_xor(T value, int bits, int width = 32) { return __shfl_xor_sync(every_lane, value, bits, width); }
/// HIP does not take distances modulo the wave.
template <class T> __device__ T shfl_up(T value, unsigned delta, int width = 32) {
  T moved = __shfl_up_sync(every_lane, value, delta & 31, width);
  return delta < 32 ? moved : value;
}
template <class T> __device__ T shfl_down(T value, unsigned delta, int width = 32) {
  T moved = __shfl_down_sync(every_lane, value, delta & 31, width);
  return delta < 32 ? moved : value;
}

/// What `ext_vector_type(lanes)` declares, as far as emitted text uses it: elements, and arithmetic by element.
template <class T, int lanes> struct Lanes {
  T element[lanes];
};
template <class T> struct Lanes<T, 2> {
  T x, y;
};
template <class T> struct Lanes<T, 4> {
  T x, y, z, w;
};
// Lanes up to the fourth have names as well.
template <class T, int lanes> struct alignas(sizeof(T) * lanes) Vector : Lanes<T, lanes> {
  Vector() = default;
  template <class... Each> __host__ __device__ Vector(T first, Each... others) : Lanes<T, lanes>{first, T(others)...} {}
  __host__ __device__ T &operator[](int i) { return reinterpret_cast<T *>(this)[i]; }
  __host__ __device__ const T &operator[](int i) const { return reinterpret_cast<const T *>(this)[i]; }
};
#define HIP_ON_CUDA_BY_ELEMENT(op)                                                                                     \
  template <class T, int lanes> __host__ __device__ Vector<T, lanes> operator op(Vector<T, lanes> a, Vector<T, lanes> b) { \
    for (int i = 0; i < lanes; ++i) a[i] = a[i] op b[i];                                                               \
    return a;                                                                                                          \
  }
HIP_ON_CUDA_BY_ELEMENT(+)
HIP_ON_CUDA_BY_ELEMENT(-)
HIP_ON_CUDA_BY_ELEMENT(*)
HIP_ON_CUDA_BY_ELEMENT(/)
#undef HIP_ON_CUDA_BY_ELEMENT
}  // namespace hip_on_cuda

// Macros, since CUDA's headers still declare some of these names.
#define __shfl hip_on_cuda::shfl
#define __shfl_up hip_on_cuda::shfl_up
#define __shfl_down hip_on_cuda::shfl_down
#define __shfl_xor hip_on_cuda::shfl_xor
#define __ballot(predicate) ((unsigned long long)__ballot_sync(hip_on_cuda::every_lane, predicate))
#define __any(predicate) __any_sync(hip_on_cuda::every_lane, predicate)
#define __all(predicate) __all_sync(hip_on_cuda::every_lane, predicate)
#define __builtin_amdgcn_wavefrontsize() 32
// A wave of AMD's runs in lockstep; here its lanes need a barrier.
#define __builtin_amdgcn_wave_barrier() __syncwarp()

// --- types -------------------------------------------------------------------------------------
#define _Float16 __half
#define __hip_bfloat16 __nv_bfloat16

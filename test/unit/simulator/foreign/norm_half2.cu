// Root-mean-square norm of half rows, two at a time, with a residual added in place; bfloat16 by the same template.
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>
#include <type_traits>

namespace kernels {
namespace detail {

template <typename T> struct Pack;
template <> struct Pack<half> {
  using type = half2;
  static __device__ __forceinline__ float2 to_float2(half2 v) { return __half22float2(v); }
  static __device__ __forceinline__ half2 from_float2(float2 v) { return __float22half2_rn(v); }
};
template <> struct Pack<__nv_bfloat16> {
  using type = __nv_bfloat162;
  static __device__ __forceinline__ float2 to_float2(__nv_bfloat162 v) { return __bfloat1622float2(v); }
  static __device__ __forceinline__ __nv_bfloat162 from_float2(float2 v) { return __float22bfloat162_rn(v); }
};

template <typename F, unsigned kWidth = 32>
__device__ __forceinline__ float reduce(float v, F f) {
#pragma unroll
  for (unsigned mask = kWidth >> 1; mask; mask >>= 1) v = f(v, __shfl_xor_sync(~0u, v, mask, kWidth));
  return v;
}

}  // namespace detail

template <typename T>
__global__ void __launch_bounds__(1024) fused_add_rms_norm(T *__restrict__ input, T *__restrict__ residual, const T *__restrict__ weight,
                                                           float epsilon, int hidden) {
  using P = detail::Pack<T>;
  using V = typename P::type;
  __shared__ float s_partial[32];
  __shared__ float s_scale;
  V *in = reinterpret_cast<V *>(input + (size_t)blockIdx.x * hidden), *res = reinterpret_cast<V *>(residual + (size_t)blockIdx.x * hidden);
  const V *w = reinterpret_cast<const V *>(weight);
  float variance = 0.f;
  for (int i = threadIdx.x; i < hidden / 2; i += blockDim.x) {
    V z = __hadd2(in[i], res[i]);
    float2 f = P::to_float2(z);
    variance = fmaf(f.x, f.x, fmaf(f.y, f.y, variance));
    res[i] = z;
  }
  auto add = [](float a, float b) { return a + b; };
  variance = detail::reduce(variance, add);
  if (threadIdx.x % warpSize == 0) s_partial[threadIdx.x / warpSize] = variance;
  __syncthreads();
  if (threadIdx.x < 32) {
    float sum = threadIdx.x < blockDim.x / warpSize ? s_partial[threadIdx.x] : 0.f;
    sum = detail::reduce(sum, add);
    if (threadIdx.x == 0) s_scale = rsqrtf(sum / hidden + epsilon);
  }
  __syncthreads();
  for (int i = threadIdx.x; i < hidden / 2; i += blockDim.x) {
    float2 f = P::to_float2(res[i]), g = P::to_float2(w[i]);
    in[i] = P::from_float2(make_float2(f.x * s_scale * g.x, f.y * s_scale * g.y));
  }
}

}  // namespace kernels

#define DISPATCH_TYPE(code, ...) \
  [&]() -> int { \
    switch (code) { \
    case 0: { using scalar_t = half; return __VA_ARGS__(); } \
    case 1: { using scalar_t = __nv_bfloat16; return __VA_ARGS__(); } \
    default: return -1; \
    } \
  }()

extern "C" int run_norm(void *input, void *residual, const void *weight, float epsilon, int rows, int hidden, int type) {
  return DISPATCH_TYPE(type, [&] {
    const size_t bytes = sizeof(scalar_t) * rows * hidden;
    scalar_t *di, *dr, *dw;
    cudaMalloc(&di, bytes), cudaMalloc(&dr, bytes), cudaMalloc(&dw, hidden * sizeof(scalar_t));
    cudaMemcpy(di, input, bytes, cudaMemcpyHostToDevice);
    cudaMemcpy(dr, residual, bytes, cudaMemcpyHostToDevice);
    cudaMemcpy(dw, weight, hidden * sizeof(scalar_t), cudaMemcpyHostToDevice);
    dim3 block(std::min(hidden / 2, 128));
    kernels::fused_add_rms_norm<scalar_t><<<rows, block>>>(di, dr, dw, epsilon, hidden);
    cudaMemcpy(input, di, bytes, cudaMemcpyDeviceToHost);
    cudaMemcpy(residual, dr, bytes, cudaMemcpyDeviceToHost);
    cudaFree(di), cudaFree(dr), cudaFree(dw);
    return int(cudaGetLastError());
  });
}

// Inclusive prefix sums of every row: a block a row, pieces of 256 by shuffles, the total carried from piece to piece.
#include <cuda_runtime.h>

constexpr int BLOCK = 256;

__device__ __forceinline__ float warp_scan(float x) {
  const int lane = threadIdx.x & 31;
#pragma unroll
  for (int d = 1; d < 32; d <<= 1) {
    const float y = __shfl_up_sync(0xffffffff, x, d);
    if (lane >= d) x += y;
  }
  return x;
}

__global__ void prefix_sum_rows(const float *__restrict__ in, float *__restrict__ out, int cols) {
  __shared__ float totals[BLOCK / 32];
  in += (size_t)blockIdx.x * cols;
  out += (size_t)blockIdx.x * cols;
  const int lane = threadIdx.x & 31;
  const int warp = threadIdx.x >> 5;
  float carry = 0.0f;
  for (int base = 0; base < cols; base += BLOCK) {
    const int c = base + threadIdx.x;
    float x = warp_scan(c < cols ? in[c] : 0.0f);
    if (lane == 31) totals[warp] = x;
    __syncthreads();
    float before = carry;
    float all = carry;
    for (int w = 0; w < BLOCK / 32; ++w) {
      if (w < warp) before += totals[w];
      all += totals[w];
    }
    if (c < cols) out[c] = x + before;
    carry = all;
    __syncthreads();
  }
}

extern "C" void prefix_sum_kernel(const float *X, float *Y, int rows, int cols) {
  float *x, *y;
  const size_t bytes = sizeof(float) * rows * cols;
  cudaMalloc(&x, bytes);
  cudaMalloc(&y, bytes);
  cudaMemcpy(x, X, bytes, cudaMemcpyHostToDevice);
  prefix_sum_rows<<<rows, BLOCK>>>(x, y, cols);
  cudaMemcpy(Y, y, bytes, cudaMemcpyDeviceToHost);
  cudaFree(x);
  cudaFree(y);
}

// Softmax of every row of a rows x cols matrix: one block a row, warp shuffles and one value a warp in shared memory.
#include <cuda_runtime.h>
#include <float.h>

constexpr int THREADS = 128;

__device__ float warp_max(float value) {
  for (int offset = 16; offset > 0; offset >>= 1)
    value = fmaxf(value, __shfl_xor_sync(0xffffffff, value, offset));
  return value;
}

__device__ float warp_sum(float value) {
  for (int offset = 16; offset > 0; offset >>= 1)
    value += __shfl_xor_sync(0xffffffff, value, offset);
  return value;
}

__global__ void __launch_bounds__(THREADS) softmax(const float *A, float *T, int rows, int cols) {
  __shared__ float partial[THREADS / 32];
  const float *row = A + (size_t)blockIdx.x * cols;
  float *out = T + (size_t)blockIdx.x * cols;
  int lane = threadIdx.x % 32;
  int warp = threadIdx.x / 32;

  float peak = -FLT_MAX;
  for (int c = threadIdx.x; c < cols; c += THREADS)
    peak = fmaxf(peak, row[c]);
  peak = warp_max(peak);
  if (lane == 0)
    partial[warp] = peak;
  __syncthreads();
  peak = partial[0];
  for (int w = 1; w < THREADS / 32; ++w)
    peak = fmaxf(peak, partial[w]);
  __syncthreads();

  float total = 0.0f;
  for (int c = threadIdx.x; c < cols; c += THREADS)
    total += expf(row[c] - peak);
  total = warp_sum(total);
  if (lane == 0)
    partial[warp] = total;
  __syncthreads();
  total = 0.0f;
  for (int w = 0; w < THREADS / 32; ++w)
    total += partial[w];

  float scale = 1.0f / total;
  for (int c = threadIdx.x; c < cols; c += THREADS)
    out[c] = expf(row[c] - peak) * scale;
}

extern "C" void softmax_kernel(const float *A, float *T, int rows, int cols) {
  float *dA, *dT;
  size_t bytes = (size_t)rows * cols * sizeof(float);
  cudaMalloc(&dA, bytes);
  cudaMalloc(&dT, bytes);
  cudaMemcpy(dA, A, bytes, cudaMemcpyHostToDevice);
  softmax<<<rows, THREADS>>>(dA, dT, rows, cols);
  cudaMemcpy(T, dT, bytes, cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dT);
}

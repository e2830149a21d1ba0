// The first index of the greatest value of every row: pairs through warp shuffles, then shared memory.
#include <cuda_runtime.h>
#include <float.h>

__device__ __forceinline__ void keep_better(float &best, int &where, float other, int at) {
  if (other > best || (other == best && at < where)) {
    best = other;
    where = at;
  }
}

__global__ void argmax_rows(const float *x, int *out, int cols) {
  __shared__ float values[8];
  __shared__ int indices[8];
  const float *row = x + (size_t)blockIdx.x * cols;
  float best = -FLT_MAX;
  int where = 0;
  for (int i = threadIdx.x; i < cols; i += blockDim.x)
    if (row[i] > best) {
      best = row[i];
      where = i;
    }
  for (int offset = 16; offset > 0; offset /= 2) {
    float other = __shfl_down_sync(0xffffffff, best, offset);
    int at = __shfl_down_sync(0xffffffff, where, offset);
    keep_better(best, where, other, at);
  }
  if (threadIdx.x % 32 == 0) {
    values[threadIdx.x / 32] = best;
    indices[threadIdx.x / 32] = where;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    for (int i = 1; i < blockDim.x / 32; ++i) keep_better(best, where, values[i], indices[i]);
    out[blockIdx.x] = where;
  }
}

extern "C" void argmax_kernel(const float *X, int *I, int rows, int cols) {
  float *x;
  int *index;
  cudaMalloc(&x, (size_t)rows * cols * sizeof(float));
  cudaMalloc(&index, rows * sizeof(int));
  cudaMemcpy(x, X, (size_t)rows * cols * sizeof(float), cudaMemcpyHostToDevice);
  argmax_rows<<<rows, 256>>>(x, index, cols);
  cudaMemcpy(I, index, rows * sizeof(int), cudaMemcpyDeviceToHost);
  cudaFree(x);
  cudaFree(index);
}

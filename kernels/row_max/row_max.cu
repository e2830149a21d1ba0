// Maximum of every row: a tree in shared memory.
#include <cuda_runtime.h>
#include <cfloat>

#include <cstdio>
#include <cstdlib>

#define CUDA_CHECK(call)                                                              \
  do {                                                                                \
    const cudaError_t error = (call);                                                 \
    if (error != cudaSuccess) {                                                       \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(error));  \
      exit(EXIT_FAILURE);                                                             \
    }                                                                                 \
  } while (0)

#define THREADS 256

__global__ void row_max(const float *A, float *T, int cols) {
  __shared__ float best[THREADS];
  int t = threadIdx.x;
  float m = -FLT_MAX;
  for (int c = t; c < cols; c += THREADS) m = fmaxf(m, A[blockIdx.x * cols + c]);
  best[t] = m;
  __syncthreads();
  for (int s = THREADS / 2; s > 0; s >>= 1) {
    if (t < s) best[t] = fmaxf(best[t], best[t + s]);
    __syncthreads();
  }
  if (t == 0) T[blockIdx.x] = best[0];
}

extern "C" void row_max_kernel(const float *A, float *T, int rows, int cols) {
  float *a, *t;
  CUDA_CHECK(cudaMalloc(&a, sizeof(float) * rows * cols));
  CUDA_CHECK(cudaMalloc(&t, sizeof(float) * rows));
  CUDA_CHECK(cudaMemcpy(a, A, sizeof(float) * rows * cols, cudaMemcpyHostToDevice));
  row_max<<<rows, THREADS>>>(a, t, cols);
  CUDA_CHECK(cudaGetLastError());
  CUDA_CHECK(cudaMemcpy(T, t, sizeof(float) * rows, cudaMemcpyDeviceToHost));
  CUDA_CHECK(cudaFree(a));
  CUDA_CHECK(cudaFree(t));
}

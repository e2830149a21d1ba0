// Mean of every column: 32 x 32 tiles; the tile's sums cross the block through padded shared memory and shuffles.
#include <cuda_runtime.h>

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

__global__ void col_mean(const float *A, float *T, int rows, int cols) {
  __shared__ float tile[32][33];
  const int c = blockIdx.x * 32 + threadIdx.x;
  float sum = 0.0f;
  for (int r = threadIdx.y; r < rows; r += 32)
    if (c < cols) sum += A[(size_t)r * cols + c];
  tile[threadIdx.y][threadIdx.x] = sum;
  __syncthreads();
  float v = tile[threadIdx.x][threadIdx.y];
  for (int o = 16; o > 0; o >>= 1) v += __shfl_down_sync(0xffffffffu, v, o);
  const int col = blockIdx.x * 32 + threadIdx.y;
  if (threadIdx.x == 0 && col < cols) T[col] = v / rows;
}

extern "C" void col_mean_kernel(const float *A, float *T, int rows, int cols) {
  float *a, *t;
  CUDA_CHECK(cudaMalloc(&a, sizeof(float) * rows * cols));
  CUDA_CHECK(cudaMalloc(&t, sizeof(float) * cols));
  CUDA_CHECK(cudaMemcpy(a, A, sizeof(float) * rows * cols, cudaMemcpyHostToDevice));
  col_mean<<<(cols + 31) / 32, dim3(32, 32)>>>(a, t, rows, cols);
  CUDA_CHECK(cudaGetLastError());
  CUDA_CHECK(cudaMemcpy(T, t, sizeof(float) * cols, cudaMemcpyDeviceToHost));
  CUDA_CHECK(cudaFree(a));
  CUDA_CHECK(cudaFree(t));
}

// Transpose of a rows x cols matrix: 32 x 32 tiles in shared memory, padded against bank conflicts, 8 rows a step.
#include <cuda_runtime.h>

#define TILE 32
#define STEP 8

__global__ void transpose(const float *A, float *T, int rows, int cols) {
  __shared__ float tile[TILE][TILE + 1];
  int x = blockIdx.x * TILE + threadIdx.x;
  int y = blockIdx.y * TILE + threadIdx.y;
  for (int j = 0; j < TILE; j += STEP)
    if (x < cols && y + j < rows)
      tile[threadIdx.y + j][threadIdx.x] = A[(y + j) * cols + x];
  __syncthreads();
  x = blockIdx.y * TILE + threadIdx.x;
  y = blockIdx.x * TILE + threadIdx.y;
  for (int j = 0; j < TILE; j += STEP)
    if (x < rows && y + j < cols)
      T[(y + j) * rows + x] = tile[threadIdx.x][threadIdx.y + j];
}

extern "C" void transpose_kernel(const float *A, float *T, int rows, int cols) {
  float *dA, *dT;
  cudaMalloc(&dA, rows * cols * sizeof(float));
  cudaMalloc(&dT, rows * cols * sizeof(float));
  cudaMemcpy(dA, A, rows * cols * sizeof(float), cudaMemcpyHostToDevice);
  dim3 block(TILE, STEP);
  dim3 grid((cols + TILE - 1) / TILE, (rows + TILE - 1) / TILE);
  transpose<<<grid, block>>>(dA, dT, rows, cols);
  cudaMemcpy(T, dT, rows * cols * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dT);
}

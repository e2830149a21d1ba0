// Transpose of a rows x cols matrix: 16 x 16 tiles in LDS, one element a thread.
#include <hip/hip_runtime.h>

#define T_DIM 16

__global__ void transpose(const float *A, float *T, int rows, int cols) {
  __shared__ float tile[T_DIM * (T_DIM + 1)];
  int c = blockIdx.x * T_DIM + threadIdx.x;
  int r = blockIdx.y * T_DIM + threadIdx.y;
  if (r < rows && c < cols) tile[threadIdx.y * (T_DIM + 1) + threadIdx.x] = A[r * cols + c];
  __syncthreads();
  int out_c = blockIdx.y * T_DIM + threadIdx.x;
  int out_r = blockIdx.x * T_DIM + threadIdx.y;
  if (out_r < cols && out_c < rows) T[out_r * rows + out_c] = tile[threadIdx.x * (T_DIM + 1) + threadIdx.y];
}

extern "C" void transpose_kernel(const float *A, float *T, int rows, int cols) {
  float *dA, *dT;
  (void)hipMalloc(&dA, rows * cols * sizeof(float));
  (void)hipMalloc(&dT, rows * cols * sizeof(float));
  (void)hipMemcpy(dA, A, rows * cols * sizeof(float), hipMemcpyHostToDevice);
  transpose<<<dim3((cols + T_DIM - 1) / T_DIM, (rows + T_DIM - 1) / T_DIM), dim3(T_DIM, T_DIM)>>>(dA, dT, rows, cols);
  (void)hipMemcpy(T, dT, rows * cols * sizeof(float), hipMemcpyDeviceToHost);
  (void)hipFree(dA);
  (void)hipFree(dT);
}

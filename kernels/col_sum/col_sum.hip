#include <hip/hip_runtime.h>

// Sum of every column: 32 columns x 8 rows of threads a block, the rows' sums added in LDS.
#define TX 32
#define TY 8

__global__ void col_sum(const float *A, float *T, int rows, int cols) {
  __shared__ float part[TY][TX];
  const int c = blockIdx.x * TX + threadIdx.x;
  float sum = 0.f;
  if (c < cols)
    for (int r = threadIdx.y; r < rows; r += TY) sum += A[r * cols + c];
  part[threadIdx.y][threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.y == 0 && c < cols) {
    float total = 0.f;
    for (int y = 0; y < TY; ++y) total += part[y][threadIdx.x];
    T[c] = total;
  }
}

extern "C" void col_sum_kernel(const float *A, float *T, int rows, int cols) {
  float *dA, *dT;
  hipMalloc((void **)&dA, rows * cols * sizeof(float));
  hipMalloc((void **)&dT, cols * sizeof(float));
  hipMemcpy(dA, A, rows * cols * sizeof(float), hipMemcpyHostToDevice);
  col_sum<<<(cols + TX - 1) / TX, dim3(TX, TY)>>>(dA, dT, rows, cols);
  hipMemcpy(T, dT, cols * sizeof(float), hipMemcpyDeviceToHost);
  hipFree(dA);
  hipFree(dT);
}

// Maximum of every row: one thread a row.
#include <hip/hip_runtime.h>

__global__ void row_max(const float *A, float *T, int rows, int cols) {
  const int r = blockIdx.x * blockDim.x + threadIdx.x;
  if (r >= rows) return;
  const float *a = A + r * cols;
  float m = a[0];
  for (int c = 1; c < cols; ++c) m = a[c] > m ? a[c] : m;
  T[r] = m;
}

extern "C" void row_max_kernel(const float *A, float *T, int rows, int cols) {
  float *dA, *dT;
  (void)hipMalloc(&dA, rows * cols * sizeof(float));
  (void)hipMalloc(&dT, rows * sizeof(float));
  (void)hipMemcpy(dA, A, rows * cols * sizeof(float), hipMemcpyHostToDevice);
  row_max<<<(rows + 63) / 64, 64>>>(dA, dT, rows, cols);
  (void)hipMemcpy(T, dT, rows * sizeof(float), hipMemcpyDeviceToHost);
  (void)hipFree(dA);
  (void)hipFree(dT);
}

// The first index of the smallest value of every row: one thread a row.
#include <hip/hip_runtime.h>

__global__ void argmin(const float *A, int *I, int rows, int cols) {
  int r = hipBlockIdx_x * hipBlockDim_x + hipThreadIdx_x;
  if (r < rows) {
    float low = A[r * cols];
    int at = 0;
    for (int c = 1; c < cols; c++) {
      float v = A[r * cols + c];
      if (v < low) {
        low = v;
        at = c;
      }
    }
    I[r] = at;
  }
}

extern "C" void argmin_kernel(const float *A, int *I, int rows, int cols) {
  float *dA;
  int *dI;
  (void)hipMalloc(&dA, rows * cols * sizeof(float));
  (void)hipMalloc(&dI, rows * sizeof(int));
  (void)hipMemcpy(dA, A, rows * cols * sizeof(float), hipMemcpyHostToDevice);
  argmin<<<(rows + 127) / 128, 128>>>(dA, dI, rows, cols);
  (void)hipMemcpy(I, dI, rows * sizeof(int), hipMemcpyDeviceToHost);
  (void)hipFree(dA);
  (void)hipFree(dI);
}

#include <hip/hip_runtime.h>

// [planes][rows][cols] to [cols][rows][planes]: a thread an element, the output written in order.
__global__ void reverse_axes(const float *A, float *T, int planes, int rows, int cols) {
  const int p = blockIdx.x * blockDim.x + threadIdx.x;
  const int r = blockIdx.y;
  const int c = blockIdx.z;
  if (p < planes) T[(c * rows + r) * planes + p] = A[(p * rows + r) * cols + c];
}

extern "C" void reverse_axes_kernel(const float *A, float *T, int planes, int rows, int cols) {
  float *d_a, *d_t;
  (void)hipMalloc(&d_a, sizeof(float) * planes * rows * cols);
  (void)hipMalloc(&d_t, sizeof(float) * planes * rows * cols);
  (void)hipMemcpy(d_a, A, sizeof(float) * planes * rows * cols, hipMemcpyHostToDevice);
  reverse_axes<<<dim3((planes + 63) / 64, rows, cols), 64>>>(d_a, d_t, planes, rows, cols);
  (void)hipMemcpy(T, d_t, sizeof(float) * planes * rows * cols, hipMemcpyDeviceToHost);
  (void)hipFree(d_a);
  (void)hipFree(d_t);
}

#include <hip/hip_runtime.h>
#include <stdint.h>

// int8 rows times a scale a row: a block a row.
__global__ void dequantize(const int8_t *__restrict__ q, const float *__restrict__ scales, float *__restrict__ y, int cols) {
  const float scale = scales[blockIdx.x];
  for (int c = threadIdx.x; c < cols; c += blockDim.x) y[blockIdx.x * cols + c] = scale * static_cast<float>(q[blockIdx.x * cols + c]);
}

extern "C" void dequantize_kernel(const int8_t *Q, const float *S, float *Y, int rows, int cols) {
  int8_t *q;
  float *s, *y;
  hipMalloc(&q, (size_t)rows * cols);
  hipMalloc(&s, rows * sizeof(float));
  hipMalloc(&y, (size_t)rows * cols * sizeof(float));
  hipMemcpy(q, Q, (size_t)rows * cols, hipMemcpyHostToDevice);
  hipMemcpy(s, S, rows * sizeof(float), hipMemcpyHostToDevice);
  dequantize<<<rows, 256>>>(q, s, y, cols);
  hipMemcpy(Y, y, (size_t)rows * cols * sizeof(float), hipMemcpyDeviceToHost);
  hipFree(q);
  hipFree(s);
  hipFree(y);
}

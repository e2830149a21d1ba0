#include <hip/hip_runtime.h>
#include <stdint.h>

// Symmetric int8 quantisation by row: one wave a row, scale = max|x| / 127.
__global__ void quantize_wave(const float *x, int8_t *q, float *scales, int cols) {
  const float *row = x + (size_t)blockIdx.x * cols;
  float m = 0.f;
  for (int c = threadIdx.x; c < cols; c += 64) m = fmaxf(m, fabsf(row[c]));
  for (int d = 32; d > 0; d /= 2) m = fmaxf(m, __shfl_xor(m, d));
  const float d = m / 127.f;
  const float id = d == 0.f ? 0.f : 1.f / d;
  if (threadIdx.x == 0) scales[blockIdx.x] = d;
  for (int c = threadIdx.x; c < cols; c += 64) q[(size_t)blockIdx.x * cols + c] = (int8_t)roundf(row[c] * id);
}

extern "C" void quantize_kernel(const float *X, int8_t *Q, float *S, int rows, int cols) {
  float *x, *s;
  int8_t *q;
  hipMalloc(&x, sizeof(float) * rows * cols);
  hipMalloc(&q, rows * cols);
  hipMalloc(&s, sizeof(float) * rows);
  hipMemcpy(x, X, sizeof(float) * rows * cols, hipMemcpyHostToDevice);
  quantize_wave<<<rows, 64>>>(x, q, s, cols);
  hipMemcpy(Q, q, rows * cols, hipMemcpyDeviceToHost);
  hipMemcpy(S, s, sizeof(float) * rows, hipMemcpyDeviceToHost);
  hipFree(x);
  hipFree(q);
  hipFree(s);
}

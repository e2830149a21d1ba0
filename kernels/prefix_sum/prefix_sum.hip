#include <hip/hip_runtime.h>

// Inclusive prefix sums of every row: doubling steps between two halves of shared memory, pieces as long as the block.
#define THREADS 256

__global__ void scan_rows(const float *src, float *dst, int cols) {
  __shared__ float buf[2][THREADS];
  __shared__ float carry;
  const int t = threadIdx.x;
  const float *row = src + blockIdx.x * cols;
  if (t == 0) carry = 0.f;
  for (int c0 = 0; c0 < cols; c0 += THREADS) {
    int cur = 0;
    buf[0][t] = c0 + t < cols ? row[c0 + t] : 0.f;
    __syncthreads();
    for (int off = 1; off < THREADS; off *= 2) {
      buf[1 - cur][t] = t >= off ? buf[cur][t] + buf[cur][t - off] : buf[cur][t];
      cur = 1 - cur;
      __syncthreads();
    }
    if (c0 + t < cols) dst[blockIdx.x * cols + c0 + t] = buf[cur][t] + carry;
    __syncthreads();
    if (t == THREADS - 1) carry += buf[cur][t];
    __syncthreads();
  }
}

extern "C" void prefix_sum_kernel(const float *X, float *Y, int rows, int cols) {
  float *x, *y;
  hipMalloc(&x, sizeof(float) * rows * cols);
  hipMalloc(&y, sizeof(float) * rows * cols);
  hipMemcpy(x, X, sizeof(float) * rows * cols, hipMemcpyHostToDevice);
  scan_rows<<<dim3(rows), dim3(THREADS)>>>(x, y, cols);
  hipMemcpy(Y, y, sizeof(float) * rows * cols, hipMemcpyDeviceToHost);
  hipFree(x);
  hipFree(y);
}

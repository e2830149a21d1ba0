#include <hip/hip_runtime.h>

// RMS norm of every row: one block of four waves a row; warpSize is asked, not assumed.
template <unsigned THREADS>
__global__ __launch_bounds__(THREADS) void rms(const float *x, const float *w, float *y, int cols, float eps) {
  __shared__ float waves[THREADS / 32];
  const float *in = x + blockIdx.x * cols;
  float *out = y + blockIdx.x * cols;
  float sum = 0.f;
  for (int c = threadIdx.x; c < cols; c += THREADS) sum += in[c] * in[c];
  for (int d = warpSize / 2; d > 0; d >>= 1) sum += __shfl_down(sum, d);
  if (threadIdx.x % warpSize == 0) waves[threadIdx.x / warpSize] = sum;
  __syncthreads();
  if (threadIdx.x == 0) {
    float total = 0.f;
    for (int i = 0; i < THREADS / warpSize; ++i) total += waves[i];
    waves[0] = 1.0f / sqrtf(total / cols + eps);
  }
  __syncthreads();
  const float scale = waves[0];
  for (int c = threadIdx.x; c < cols; c += THREADS) out[c] = in[c] * scale * w[c];
}

extern "C" void rmsnorm_kernel(const float *X, const float *W, float *Y, int rows, int cols) {
  float *x, *w, *y;
  hipMalloc(&x, sizeof(float) * rows * cols);
  hipMalloc(&w, sizeof(float) * cols);
  hipMalloc(&y, sizeof(float) * rows * cols);
  hipMemcpy(x, X, sizeof(float) * rows * cols, hipMemcpyHostToDevice);
  hipMemcpy(w, W, sizeof(float) * cols, hipMemcpyHostToDevice);
  rms<256><<<rows, 256>>>(x, w, y, cols, 1e-5f);
  hipMemcpy(Y, y, sizeof(float) * rows * cols, hipMemcpyDeviceToHost);
  hipFree(x);
  hipFree(w);
  hipFree(y);
}

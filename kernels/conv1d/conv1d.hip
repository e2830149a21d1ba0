#include <hip/hip_runtime.h>

// 1-D convolution, NCL, width 5, no padding: a piece of the signal and its halo in LDS.
#define THREADS 128
#define TAPS 5

__global__ void conv1d_lds(const float *x, const float *w, float *y, int C, int L, int F) {
  __shared__ float piece[THREADS + TAPS - 1];
  const int out = L - TAPS + 1;
  const int first = blockIdx.x * THREADS;
  const int f = blockIdx.y, n = blockIdx.z;
  float sum = 0.f;
  for (int c = 0; c < C; ++c) {
    for (int i = threadIdx.x; i < THREADS + TAPS - 1; i += THREADS) piece[i] = first + i < L ? x[(n * C + c) * L + first + i] : 0.f;
    __syncthreads();
    for (int k = 0; k < TAPS; ++k) sum += piece[threadIdx.x + k] * w[(f * C + c) * TAPS + k];
    __syncthreads();
  }
  if (first + threadIdx.x < out) y[(n * F + f) * out + first + threadIdx.x] = sum;
}

extern "C" void conv1d_kernel(const float *X, const float *W, float *Y, int batch, int channels, int length, int filters) {
  const int out = length - 4;
  float *dX, *dW, *dY;
  (void)hipMalloc(&dX, batch * channels * length * sizeof(float));
  (void)hipMalloc(&dW, filters * channels * 5 * sizeof(float));
  (void)hipMalloc(&dY, batch * filters * out * sizeof(float));
  (void)hipMemcpy(dX, X, batch * channels * length * sizeof(float), hipMemcpyHostToDevice);
  (void)hipMemcpy(dW, W, filters * channels * 5 * sizeof(float), hipMemcpyHostToDevice);
  dim3 grid((out + THREADS - 1) / THREADS, filters, batch);
  conv1d_lds<<<grid, THREADS>>>(dX, dW, dY, channels, length, filters);
  (void)hipMemcpy(Y, dY, batch * filters * out * sizeof(float), hipMemcpyDeviceToHost);
  (void)hipFree(dX);
  (void)hipFree(dW);
  (void)hipFree(dY);
}

#include <hip/hip_runtime.h>

// Instance normalisation, NCHW: a wave a plane, the variance of the differences from the mean.
__device__ float wave_sum(float v) {
  for (int d = warpSize / 2; d > 0; d /= 2) v += __shfl_xor(v, d);
  return v;
}

__global__ void instance_norm_wave(const float *X, const float *G, const float *B, float *Y, int C, int P) {
  const int n = blockIdx.y, c = blockIdx.x;
  const float *x = X + (n * C + c) * P;
  float *y = Y + (n * C + c) * P;
  float sum = 0.f;
  for (int i = threadIdx.x; i < P; i += warpSize) sum += x[i];
  const float mean = wave_sum(sum) / P;
  float squares = 0.f;
  for (int i = threadIdx.x; i < P; i += warpSize) {
    const float d = x[i] - mean;
    squares += d * d;
  }
  const float inverse = 1.0f / sqrtf(wave_sum(squares) / P + 1e-5f);
  for (int i = threadIdx.x; i < P; i += warpSize) y[i] = (x[i] - mean) * inverse * G[c] + B[c];
}

extern "C" void instancenorm_kernel(const float *X, const float *G, const float *B, float *Y, int batch, int channels, int pixels) {
  float *dX, *dG, *dB, *dY;
  hipMalloc((void **)&dX, batch * channels * pixels * sizeof(float));
  hipMalloc((void **)&dG, channels * sizeof(float));
  hipMalloc((void **)&dB, channels * sizeof(float));
  hipMalloc((void **)&dY, batch * channels * pixels * sizeof(float));
  hipMemcpy(dX, X, batch * channels * pixels * sizeof(float), hipMemcpyHostToDevice);
  hipMemcpy(dG, G, channels * sizeof(float), hipMemcpyHostToDevice);
  hipMemcpy(dB, B, channels * sizeof(float), hipMemcpyHostToDevice);
  instance_norm_wave<<<dim3(channels, batch), 64>>>(dX, dG, dB, dY, channels, pixels);
  hipMemcpy(Y, dY, batch * channels * pixels * sizeof(float), hipMemcpyDeviceToHost);
  hipFree(dX);
  hipFree(dG);
  hipFree(dB);
  hipFree(dY);
}

// 1-D convolution, NCL, width 5, no padding: a thread an output.
#include <cuda_runtime.h>

template <int TAPS>
__global__ void conv1d(const float *x, const float *w, float *y, int channels, int length, int filters) {
  const int out = length - TAPS + 1;
  const int t = blockIdx.x * blockDim.x + threadIdx.x;
  const int f = blockIdx.y;
  const int n = blockIdx.z;
  if (t >= out) return;
  float sum = 0.0f;
  for (int c = 0; c < channels; ++c) {
#pragma unroll
    for (int k = 0; k < TAPS; ++k) sum += x[(n * channels + c) * length + t + k] * w[(f * channels + c) * TAPS + k];
  }
  y[(n * filters + f) * out + t] = sum;
}

extern "C" void conv1d_kernel(const float *X, const float *W, float *Y, int batch, int channels, int length, int filters) {
  const int out = length - 4;
  float *dX, *dW, *dY;
  cudaMalloc((void **)&dX, batch * channels * length * sizeof(float));
  cudaMalloc((void **)&dW, filters * channels * 5 * sizeof(float));
  cudaMalloc((void **)&dY, batch * filters * out * sizeof(float));
  cudaMemcpy(dX, X, batch * channels * length * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(dW, W, filters * channels * 5 * sizeof(float), cudaMemcpyHostToDevice);
  conv1d<5><<<dim3((out + 127) / 128, filters, batch), 128>>>(dX, dW, dY, channels, length, filters);
  cudaMemcpy(Y, dY, batch * filters * out * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dX);
  cudaFree(dW);
  cudaFree(dY);
}

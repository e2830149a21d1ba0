// GELU, the tanh form.
#include <cuda_runtime.h>

__global__ void gelu_layer(const float *X, float *Y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    float x = X[i];
    float inner = 0.7978845608f * (x + 0.044715f * (x * x * x));
    Y[i] = 0.5f * x * (1.0f + tanhf(inner));
  }
}

extern "C" void gelu_layer_kernel(const float *X, float *Y, int n) {
  float *dX, *dY;
  cudaMalloc(&dX, n * sizeof(float));
  cudaMalloc(&dY, n * sizeof(float));
  cudaMemcpy(dX, X, n * sizeof(float), cudaMemcpyHostToDevice);
  gelu_layer<<<(n + 127) / 128, 128>>>(dX, dY, n);
  cudaMemcpy(Y, dY, n * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dX);
  cudaFree(dY);
}

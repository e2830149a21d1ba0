// max(x, 0), four floats a thread.
#include <cuda_runtime.h>

#define FLOAT4(p) (reinterpret_cast<float4 *>(&(p))[0])

__global__ void relu_f32x4(float *x, float *y, int N) {
  int idx = (blockIdx.x * blockDim.x + threadIdx.x) * 4;
  if (idx + 3 < N) {
    float4 reg_x = FLOAT4(x[idx]);
    float4 reg_y;
    reg_y.x = fmaxf(0.0f, reg_x.x);
    reg_y.y = fmaxf(0.0f, reg_x.y);
    reg_y.z = fmaxf(0.0f, reg_x.z);
    reg_y.w = fmaxf(0.0f, reg_x.w);
    FLOAT4(y[idx]) = reg_y;
  } else {
    for (int i = idx; i < N; ++i) y[i] = fmaxf(0.0f, x[i]);
  }
}

extern "C" void relu_kernel(const float *A, float *T, int n) {
  float *dA, *dT;
  cudaMalloc(&dA, n * sizeof(float));
  cudaMalloc(&dT, n * sizeof(float));
  cudaMemcpy(dA, A, n * sizeof(float), cudaMemcpyHostToDevice);
  relu_f32x4<<<(n + 1023) / 1024, 256>>>(dA, dT, n);
  cudaMemcpy(T, dT, n * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dT);
}

// Minimum over the middle axis of three: a thread an output element.
#include <cuda_runtime.h>

__global__ void axis_min(const float *A, float *T, int outer, int axis, int inner) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= outer * inner) return;
  const int o = i / inner;
  const int k = i % inner;
  const float *p = A + (o * axis) * inner + k;
  float low = p[0];
  for (int j = 1; j < axis; ++j) low = fminf(low, p[j * inner]);
  T[i] = low;
}

extern "C" void axis_min_kernel(const float *A, float *T, int outer, int axis, int inner) {
  float *dA, *dT;
  cudaMalloc(&dA, outer * axis * inner * sizeof(float));
  cudaMalloc(&dT, outer * inner * sizeof(float));
  cudaMemcpy(dA, A, outer * axis * inner * sizeof(float), cudaMemcpyHostToDevice);
  axis_min<<<(outer * inner + 255) / 256, 256>>>(dA, dT, outer, axis, inner);
  cudaMemcpy(T, dT, outer * inner * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dT);
}

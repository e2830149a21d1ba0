#include <hip/hip_runtime.h>

// Rows to the places that an index names, each at most once; the other rows become zeros. A thread an element.
__global__ void clear(float *t, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) t[i] = 0.f;
}

__global__ void scatter(const float *a, const int *index, float *t, int tokens, int dim) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= tokens * dim) return;
  t[index[i / dim] * dim + i % dim] = a[i];
}

extern "C" void scatter_kernel(const float *A, const int *I, float *T, int rows, int tokens, int dim) {
  float *dA, *dT;
  int *dI;
  hipMalloc((void **)&dA, tokens * dim * sizeof(float));
  hipMalloc((void **)&dI, tokens * sizeof(int));
  hipMalloc((void **)&dT, rows * dim * sizeof(float));
  hipMemcpy(dA, A, tokens * dim * sizeof(float), hipMemcpyHostToDevice);
  hipMemcpy(dI, I, tokens * sizeof(int), hipMemcpyHostToDevice);
  clear<<<(rows * dim + 255) / 256, 256>>>(dT, rows * dim);
  scatter<<<(tokens * dim + 255) / 256, 256>>>(dA, dI, dT, tokens, dim);
  hipMemcpy(T, dT, rows * dim * sizeof(float), hipMemcpyDeviceToHost);
  hipFree(dA);
  hipFree(dI);
  hipFree(dT);
}

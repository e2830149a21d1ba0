// Rows to the places that an index names, each at most once; the other rows become zeros.
#include <cuda_runtime.h>

__global__ void scatter_rows(const float *src, const int *index, float *dst, int dim) {
  const int to = index[blockIdx.x];
  for (int d = threadIdx.x; d < dim; d += blockDim.x) dst[(size_t)to * dim + d] = src[(size_t)blockIdx.x * dim + d];
}

extern "C" void scatter_kernel(const float *A, const int *I, float *T, int rows, int tokens, int dim) {
  float *dA, *dT;
  int *dI;
  cudaMalloc(&dA, tokens * dim * sizeof(float));
  cudaMalloc(&dI, tokens * sizeof(int));
  cudaMalloc(&dT, rows * dim * sizeof(float));
  cudaMemcpy(dA, A, tokens * dim * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(dI, I, tokens * sizeof(int), cudaMemcpyHostToDevice);
  cudaMemset(dT, 0, rows * dim * sizeof(float));
  scatter_rows<<<tokens, 128>>>(dA, dI, dT, dim);
  cudaMemcpy(T, dT, rows * dim * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dI);
  cudaFree(dT);
}

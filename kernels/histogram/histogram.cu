// How often each of `bins` values occurs; values outside are not counted. One histogram a block in shared memory, then added up.
#include <cuda_runtime.h>

__global__ void histogram_shared(const int *__restrict__ values, int *counts, int n, int bins) {
  extern __shared__ int local[];
  for (int b = threadIdx.x; b < bins; b += blockDim.x) local[b] = 0;
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
    const int v = values[i];
    if (v >= 0 && v < bins) atomicAdd(&local[v], 1);
  }
  __syncthreads();
  for (int b = threadIdx.x; b < bins; b += blockDim.x) {
    if (local[b] > 0) atomicAdd(&counts[b], local[b]);
  }
}

extern "C" void histogram_kernel(const int *X, int *H, int n, int bins) {
  int *x, *h;
  cudaMalloc(&x, sizeof(int) * n);
  cudaMalloc(&h, sizeof(int) * bins);
  cudaMemcpy(x, X, sizeof(int) * n, cudaMemcpyHostToDevice);
  cudaMemset(h, 0, sizeof(int) * bins);
  histogram_shared<<<32, 256, bins * sizeof(int)>>>(x, h, n, bins);
  cudaMemcpy(H, h, sizeof(int) * bins, cudaMemcpyDeviceToHost);
  cudaFree(x);
  cudaFree(h);
}

#include <hip/hip_runtime.h>

// How often each of `bins` values occurs: a thread a value, counted in global memory at once (few values meet where bins are many).
__global__ void clear_counts(int *counts, int bins) {
  const int b = blockIdx.x * blockDim.x + threadIdx.x;
  if (b < bins) counts[b] = 0;
}

__global__ void count_values(const int *values, int *counts, int n, int bins) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  const unsigned v = values[i];
  if (v < (unsigned)bins) atomicAdd(counts + v, 1);
}

extern "C" void histogram_kernel(const int *X, int *H, int n, int bins) {
  int *x, *h;
  hipMalloc(&x, sizeof(int) * n);
  hipMalloc(&h, sizeof(int) * bins);
  hipMemcpy(x, X, sizeof(int) * n, hipMemcpyHostToDevice);
  clear_counts<<<(bins + 255) / 256, 256>>>(h, bins);
  count_values<<<(n + 255) / 256, 256>>>(x, h, n, bins);
  hipMemcpy(H, h, sizeof(int) * bins, hipMemcpyDeviceToHost);
  hipFree(x);
  hipFree(h);
}

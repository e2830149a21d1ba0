// Sum of every row: one block a row, tree in dynamic shared memory.
#include <hip/hip_runtime.h>

__global__ void row_sum(const float *A, float *T, int rows, int cols) {
  extern __shared__ float cache[];
  const int t = threadIdx.x;
  float sum = 0.0f;
  for (int c = t; c < cols; c += blockDim.x) sum += A[blockIdx.x * cols + c];
  cache[t] = sum;
  __syncthreads();
  for (int half = blockDim.x / 2; half > 0; half /= 2) {
    if (t < half) cache[t] += cache[t + half];
    __syncthreads();
  }
  if (t == 0) T[blockIdx.x] = cache[0];
}

extern "C" void row_sum_kernel(const float *A, float *T, int rows, int cols) {
  constexpr int threads = 128;
  float *dA, *dT;
  (void)hipMalloc(&dA, rows * cols * sizeof(float));
  (void)hipMalloc(&dT, rows * sizeof(float));
  (void)hipMemcpy(dA, A, rows * cols * sizeof(float), hipMemcpyHostToDevice);
  row_sum<<<rows, threads, threads * sizeof(float)>>>(dA, dT, rows, cols);
  (void)hipMemcpy(T, dT, rows * sizeof(float), hipMemcpyDeviceToHost);
  (void)hipFree(dA);
  (void)hipFree(dT);
}

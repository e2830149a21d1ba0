// Mean of every column: a block a column.
#include <hip/hip_runtime.h>

#include <cstdio>
#include <cstdlib>

#define HIP_CHECK(call)                                                             \
  do {                                                                              \
    hipError_t err = call;                                                          \
    if (err != hipSuccess) {                                                        \
      fprintf(stderr, "HIP error: %s, line %d\n", hipGetErrorString(err), __LINE__); \
      abort();                                                                      \
    }                                                                               \
  } while (0)

__global__ void col_mean(const float *A, float *T, int rows, int cols) {
  __shared__ float sums[256];
  const int t = threadIdx.x;
  sums[t] = 0.0f;
  for (int r = t; r < rows; r += 256) sums[t] += A[r * cols + blockIdx.x];
  __syncthreads();
  for (int half = 128; half >= 1; half /= 2) {
    if (t < half) sums[t] += sums[t + half];
    __syncthreads();
  }
  if (t == 0) T[blockIdx.x] = sums[0] / (float)rows;
}

extern "C" void col_mean_kernel(const float *A, float *T, int rows, int cols) {
  float *a, *t;
  HIP_CHECK(hipMalloc(&a, sizeof(float) * rows * cols));
  HIP_CHECK(hipMalloc(&t, sizeof(float) * cols));
  HIP_CHECK(hipMemcpy(a, A, sizeof(float) * rows * cols, hipMemcpyHostToDevice));
  col_mean<<<cols, 256>>>(a, t, rows, cols);
  HIP_CHECK(hipGetLastError());
  HIP_CHECK(hipMemcpy(T, t, sizeof(float) * cols, hipMemcpyDeviceToHost));
  HIP_CHECK(hipFree(a));
  HIP_CHECK(hipFree(t));
}

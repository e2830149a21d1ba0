#include <hip/hip_runtime.h>
#include <float.h>

// Minimum of every row: a block a row; dynamic LDS.
extern "C" __global__ void row_min(const float *A, float *T, int cols) {
  extern __shared__ float lds[];
  float low = FLT_MAX;
  for (int c = threadIdx.x; c < cols; c += blockDim.x) low = min(low, A[(size_t)blockIdx.x * cols + c]);
  lds[threadIdx.x] = low;
  __syncthreads();
  for (unsigned s = blockDim.x / 2; s > 0; s /= 2) {
    if (threadIdx.x < s) lds[threadIdx.x] = min(lds[threadIdx.x], lds[threadIdx.x + s]);
    __syncthreads();
  }
  if (threadIdx.x == 0) T[blockIdx.x] = lds[0];
}

extern "C" void row_min_kernel(const float *A, float *T, int rows, int cols) {
  float *dA, *dT;
  hipMalloc((void **)&dA, rows * cols * sizeof(float));
  hipMalloc((void **)&dT, rows * sizeof(float));
  hipMemcpy(dA, A, rows * cols * sizeof(float), hipMemcpyHostToDevice);
  const size_t lds = 128 * sizeof(float);
  row_min<<<rows, 128, lds>>>(dA, dT, cols);
  hipMemcpy(T, dT, rows * sizeof(float), hipMemcpyDeviceToHost);
  hipFree(dA);
  hipFree(dT);
}

#include <hip/hip_runtime.h>

// Two matrices side by side: a block a row, first one part, then the other.
__global__ void concat_rows(const float *a, const float *b, float *t, int left, int right) {
  const float *x = a + blockIdx.x * left;
  const float *y = b + blockIdx.x * right;
  float *out = t + blockIdx.x * (left + right);
  for (int i = threadIdx.x; i < left; i += blockDim.x) out[i] = x[i];
  for (int i = threadIdx.x; i < right; i += blockDim.x) out[left + i] = y[i];
}

extern "C" void concat_kernel(const float *A, const float *B, float *T, int rows, int left, int right) {
  float *dA, *dB, *dT;
  hipMalloc((void **)&dA, rows * left * sizeof(float));
  hipMalloc((void **)&dB, rows * right * sizeof(float));
  hipMalloc((void **)&dT, rows * (left + right) * sizeof(float));
  hipMemcpy(dA, A, rows * left * sizeof(float), hipMemcpyHostToDevice);
  hipMemcpy(dB, B, rows * right * sizeof(float), hipMemcpyHostToDevice);
  concat_rows<<<rows, 128>>>(dA, dB, dT, left, right);
  hipMemcpy(T, dT, rows * (left + right) * sizeof(float), hipMemcpyDeviceToHost);
  hipFree(dA);
  hipFree(dB);
  hipFree(dT);
}

#include <hip/hip_runtime.h>

// -1, 0 or 1 for every element, in a grid-stride loop.
__device__ float signum(float x) {
  if (x > 0.f) return 1.f;
  if (x < 0.f) return -1.f;
  return 0.f;
}

__global__ void sign_kernel_f32(const float *in, float *out, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) out[i] = signum(in[i]);
}

extern "C" void sign_kernel(const float *A, float *T, int n) {
  float *dA, *dT;
  hipMalloc((void **)&dA, n * sizeof(float));
  hipMalloc((void **)&dT, n * sizeof(float));
  hipMemcpy(dA, A, n * sizeof(float), hipMemcpyHostToDevice);
  sign_kernel_f32<<<120, 256>>>(dA, dT, n);
  hipMemcpy(T, dT, n * sizeof(float), hipMemcpyDeviceToHost);
  hipFree(dA);
  hipFree(dT);
}

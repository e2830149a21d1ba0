#include <hip/hip_runtime.h>

// NCHW to NHWC: a thread an output element.
__global__ void nchw2nhwc(const float *in, float *out, int C, int P, int total) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= total) return;
  const int c = i % C;
  const int p = i / C % P;
  const int n = i / C / P;
  out[i] = in[(n * C + c) * P + p];
}

extern "C" void nchw_to_nhwc_kernel(const float *A, float *T, int batch, int channels, int pixels) {
  float *dA, *dT;
  (void)hipMalloc(&dA, batch * channels * pixels * sizeof(float));
  (void)hipMalloc(&dT, batch * channels * pixels * sizeof(float));
  (void)hipMemcpy(dA, A, batch * channels * pixels * sizeof(float), hipMemcpyHostToDevice);
  const int total = batch * channels * pixels;
  nchw2nhwc<<<(total + 255) / 256, 256>>>(dA, dT, channels, pixels, total);
  (void)hipMemcpy(T, dT, batch * channels * pixels * sizeof(float), hipMemcpyDeviceToHost);
  (void)hipFree(dA);
  (void)hipFree(dT);
}

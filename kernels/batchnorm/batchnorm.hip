#include <hip/hip_runtime.h>

// Batch normalisation for inference, NCHW: a thread an element.
__global__ void bn_inference(const float *__restrict__ x, const float *__restrict__ weight, const float *__restrict__ bias,
                             const float *__restrict__ running_mean, const float *__restrict__ running_var, float *__restrict__ y,
                             int channels, int pixels, int total) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < total) {
    int c = (i / pixels) % channels;
    float inv = rsqrtf(running_var[c] + 1e-5f);
    y[i] = (x[i] - running_mean[c]) * inv * weight[c] + bias[c];
  }
}

extern "C" void batchnorm_kernel(const float *X, const float *G, const float *B, const float *M, const float *V, float *Y, int batch,
                                 int channels, int pixels) {
  int total = batch * channels * pixels;
  float *buf[6];
  hipMalloc(&buf[0], total * sizeof(float));
  hipMalloc(&buf[1], channels * sizeof(float));
  hipMalloc(&buf[2], channels * sizeof(float));
  hipMalloc(&buf[3], channels * sizeof(float));
  hipMalloc(&buf[4], channels * sizeof(float));
  hipMalloc(&buf[5], total * sizeof(float));
  hipMemcpy(buf[0], X, total * sizeof(float), hipMemcpyHostToDevice);
  hipMemcpy(buf[1], G, channels * sizeof(float), hipMemcpyHostToDevice);
  hipMemcpy(buf[2], B, channels * sizeof(float), hipMemcpyHostToDevice);
  hipMemcpy(buf[3], M, channels * sizeof(float), hipMemcpyHostToDevice);
  hipMemcpy(buf[4], V, channels * sizeof(float), hipMemcpyHostToDevice);
  bn_inference<<<(total + 255) / 256, 256>>>(buf[0], buf[1], buf[2], buf[3], buf[4], buf[5], channels, pixels, total);
  hipMemcpy(Y, buf[5], total * sizeof(float), hipMemcpyDeviceToHost);
  for (int i = 0; i < 6; i++) hipFree(buf[i]);
}

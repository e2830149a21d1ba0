// Max pooling, NHWC, window 2 x 2, stride 2, no padding: one thread an output, channels fastest.
#include <cuda_runtime.h>
#include <float.h>

__global__ void maxpool(const float *X, float *Y, int batch, int height, int width, int channels) {
  int out_h = height / 2;
  int out_w = width / 2;
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= batch * out_h * out_w * channels)
    return;
  int c = i % channels;
  int x = i / channels % out_w;
  int y = i / channels / out_w % out_h;
  int b = i / channels / out_w / out_h;
  float best = -FLT_MAX;
  for (int dy = 0; dy < 2; ++dy)
    for (int dx = 0; dx < 2; ++dx)
      best = fmaxf(best, X[((b * height + 2 * y + dy) * width + 2 * x + dx) * channels + c]);
  Y[i] = best;
}

extern "C" void maxpool_kernel(const float *X, float *Y, int batch, int height, int width, int channels) {
  int inputs = batch * height * width * channels;
  int outputs = batch * (height / 2) * (width / 2) * channels;
  float *dX, *dY;
  cudaMalloc(&dX, inputs * sizeof(float));
  cudaMalloc(&dY, outputs * sizeof(float));
  cudaMemcpy(dX, X, inputs * sizeof(float), cudaMemcpyHostToDevice);
  maxpool<<<(outputs + 255) / 256, 256>>>(dX, dY, batch, height, width, channels);
  cudaMemcpy(Y, dY, outputs * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dX);
  cudaFree(dY);
}

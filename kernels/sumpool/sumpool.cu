// Sum pooling, NHWC, window 2 x 2, stride 1: a block an output pixel, channels over its threads.
#include <cuda_runtime.h>

__global__ void sumpool(const float *__restrict__ X, float *__restrict__ Y, int height, int width, int channels) {
  const int ow = gridDim.x, oh = gridDim.y;
  const float *in = X + ((blockIdx.z * height + blockIdx.y) * width + blockIdx.x) * channels;
  float *out = Y + ((blockIdx.z * oh + blockIdx.y) * ow + blockIdx.x) * channels;
  for (int c = threadIdx.x; c < channels; c += blockDim.x)
    out[c] = in[c] + in[c + channels] + in[c + width * channels] + in[c + (width + 1) * channels];
}

extern "C" void sumpool_kernel(const float *X, float *Y, int batch, int height, int width, int channels) {
  const int oh = height - 1;
  const int ow = width - 1;
  float *dX, *dY;
  cudaMalloc(&dX, batch * height * width * channels * sizeof(float));
  cudaMalloc(&dY, batch * oh * ow * channels * sizeof(float));
  cudaMemcpy(dX, X, batch * height * width * channels * sizeof(float), cudaMemcpyHostToDevice);
  sumpool<<<dim3(ow, oh, batch), 128>>>(dX, dY, height, width, channels);
  cudaMemcpy(Y, dY, batch * oh * ow * channels * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dX);
  cudaFree(dY);
}

// 2-D convolution, NHWC, 3 x 3, stride 1, no padding; weights [filter][3][3][channel]: a block an output pixel, threads over the filters.
#include <cuda_runtime.h>

__global__ void conv2d_nhwc(const float *X, const float *W, float *Y, int height, int width, int channels, int filters) {
  const int x = blockIdx.x;
  const int y = blockIdx.y;
  const int n = blockIdx.z;
  for (int f = threadIdx.x; f < filters; f += blockDim.x) {
    float sum = 0.0f;
    for (int r = 0; r < 3; ++r)
      for (int s = 0; s < 3; ++s)
        for (int c = 0; c < channels; ++c)
          sum += X[((n * height + y + r) * width + x + s) * channels + c] * W[((f * 3 + r) * 3 + s) * channels + c];
    Y[((n * gridDim.y + y) * gridDim.x + x) * filters + f] = sum;
  }
}

extern "C" void conv2d_nhwc_kernel(const float *X, const float *W, float *Y, int batch, int height, int width, int channels, int filters) {
  const int oh = height - 2;
  const int ow = width - 2;
  float *dX, *dW, *dY;
  cudaMalloc(&dX, batch * height * width * channels * sizeof(float));
  cudaMalloc(&dW, filters * 9 * channels * sizeof(float));
  cudaMalloc(&dY, batch * oh * ow * filters * sizeof(float));
  cudaMemcpy(dX, X, batch * height * width * channels * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(dW, W, filters * 9 * channels * sizeof(float), cudaMemcpyHostToDevice);
  conv2d_nhwc<<<dim3(ow, oh, batch), 64>>>(dX, dW, dY, height, width, channels, filters);
  cudaMemcpy(Y, dY, batch * oh * ow * filters * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dX);
  cudaFree(dW);
  cudaFree(dY);
}

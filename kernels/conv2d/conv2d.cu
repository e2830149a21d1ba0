// 2-D convolution, NCHW, 3 x 3, stride 1, padding 1, with bias: a thread an output.
#include <cuda_runtime.h>

#define CUDA_1D_KERNEL_LOOP(i, n) for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < (n); i += blockDim.x * gridDim.x)

__global__ void conv2d_nchw(const int nthreads, const float *bottom, const float *weight, const float *bias, float *top,
                            const int channels, const int height, const int width, const int filters) {
  CUDA_1D_KERNEL_LOOP(index, nthreads) {
    const int w = index % width;
    const int h = (index / width) % height;
    const int k = (index / width / height) % filters;
    const int n = index / width / height / filters;
    float sum = bias[k];
    for (int c = 0; c < channels; ++c) {
      const float *plane = bottom + (n * channels + c) * height * width;
      const float *filter = weight + (k * channels + c) * 9;
      for (int r = 0; r < 3; ++r) {
        for (int s = 0; s < 3; ++s) {
          const int hi = h + r - 1;
          const int wi = w + s - 1;
          if (hi >= 0 && hi < height && wi >= 0 && wi < width) {
            sum += plane[hi * width + wi] * filter[r * 3 + s];
          }
        }
      }
    }
    top[index] = sum;
  }
}

inline int GET_BLOCKS(const int N, const int threads) { return (N + threads - 1) / threads; }

extern "C" void conv2d_kernel(const float *X, const float *W, const float *B, float *Y, int batch, int channels, int height, int width,
                              int filters) {
  float *x, *w, *b, *y;
  const int count = batch * filters * height * width;
  cudaMalloc(&x, sizeof(float) * batch * channels * height * width);
  cudaMalloc(&w, sizeof(float) * filters * channels * 9);
  cudaMalloc(&b, sizeof(float) * filters);
  cudaMalloc(&y, sizeof(float) * count);
  cudaMemcpy(x, X, sizeof(float) * batch * channels * height * width, cudaMemcpyHostToDevice);
  cudaMemcpy(w, W, sizeof(float) * filters * channels * 9, cudaMemcpyHostToDevice);
  cudaMemcpy(b, B, sizeof(float) * filters, cudaMemcpyHostToDevice);
  conv2d_nchw<<<GET_BLOCKS(count, 512), 512>>>(count, x, w, b, y, channels, height, width, filters);
  cudaMemcpy(Y, y, sizeof(float) * count, cudaMemcpyDeviceToHost);
  cudaFree(x);
  cudaFree(w);
  cudaFree(b);
  cudaFree(y);
}

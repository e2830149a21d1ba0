// Depthwise convolution, NCHW, 3 x 3, stride 1, padding 1: a plane and its halo by tiles in shared memory.
#include <cuda_runtime.h>

static const int BW = 32;
static const int BH = 8;

struct ConvShape {
  int channels;
  int height;
  int width;
};

__global__ void depthwise3x3(const float *x, const float *w, float *y, ConvShape s) {
  __shared__ float tile[BH + 2][BW + 2];
  const int plane = blockIdx.z;
  const int c = plane % s.channels;
  const float *in = x + plane * s.height * s.width;
  const int x0 = blockIdx.x * BW;
  const int y0 = blockIdx.y * BH;
  for (int i = threadIdx.y * BW + threadIdx.x; i < (BH + 2) * (BW + 2); i += BH * BW) {
    const int ty = i / (BW + 2);
    const int tx = i % (BW + 2);
    const int gy = y0 + ty - 1;
    const int gx = x0 + tx - 1;
    tile[ty][tx] = (gy >= 0 && gy < s.height && gx >= 0 && gx < s.width) ? in[gy * s.width + gx] : 0.f;
  }
  __syncthreads();
  const int ox = x0 + threadIdx.x;
  const int oy = y0 + threadIdx.y;
  if (ox >= s.width || oy >= s.height) return;
  float acc = 0.f;
#pragma unroll
  for (int r = 0; r < 3; ++r)
#pragma unroll
    for (int q = 0; q < 3; ++q) acc += tile[threadIdx.y + r][threadIdx.x + q] * w[c * 9 + r * 3 + q];
  y[plane * s.height * s.width + oy * s.width + ox] = acc;
}

extern "C" void depthwise_kernel(const float *X, const float *W, float *Y, int batch, int channels, int height, int width) {
  ConvShape shape = {channels, height, width};
  size_t bytes = (size_t)batch * channels * height * width * sizeof(float);
  float *x, *w, *y;
  cudaMalloc(&x, bytes);
  cudaMalloc(&w, channels * 9 * sizeof(float));
  cudaMalloc(&y, bytes);
  cudaMemcpy(x, X, bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(w, W, channels * 9 * sizeof(float), cudaMemcpyHostToDevice);
  dim3 block(BW, BH);
  dim3 grid((width + BW - 1) / BW, (height + BH - 1) / BH, batch * channels);
  depthwise3x3<<<grid, block>>>(x, w, y, shape);
  cudaMemcpy(Y, y, bytes, cudaMemcpyDeviceToHost);
  cudaFree(x);
  cudaFree(w);
  cudaFree(y);
}

// Min pooling of planes (NCHW), window 3 x 3, stride 2, no padding: 16 x 16 outputs a block.
#include <cuda_runtime.h>
#include <cfloat>

#include <cstdio>
#include <cstdlib>

#define CUDA_CHECK(call)                                                              \
  do {                                                                                \
    const cudaError_t error = (call);                                                 \
    if (error != cudaSuccess) {                                                       \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(error));  \
      exit(EXIT_FAILURE);                                                             \
    }                                                                                 \
  } while (0)

#define TILE 16

__global__ void minpool(const float *X, float *Y, int H, int W, int OH, int OW) {
  const int x = blockIdx.x * TILE + threadIdx.x;
  const int y = blockIdx.y * TILE + threadIdx.y;
  const int p = blockIdx.z;
  if (x >= OW || y >= OH) return;
  float low = FLT_MAX;
  for (int r = 0; r < 3; ++r)
    for (int s = 0; s < 3; ++s) low = fminf(low, X[(p * H + 2 * y + r) * W + 2 * x + s]);
  Y[(p * OH + y) * OW + x] = low;
}

extern "C" void minpool_kernel(const float *X, float *Y, int planes, int height, int width) {
  const int oh = (height - 3) / 2 + 1;
  const int ow = (width - 3) / 2 + 1;
  float *x, *y;
  CUDA_CHECK(cudaMalloc(&x, sizeof(float) * planes * height * width));
  CUDA_CHECK(cudaMalloc(&y, sizeof(float) * planes * oh * ow));
  CUDA_CHECK(cudaMemcpy(x, X, sizeof(float) * planes * height * width, cudaMemcpyHostToDevice));
  dim3 block(TILE, TILE);
  dim3 grid((ow + TILE - 1) / TILE, (oh + TILE - 1) / TILE, planes);
  minpool<<<grid, block>>>(x, y, height, width, oh, ow);
  CUDA_CHECK(cudaGetLastError());
  CUDA_CHECK(cudaMemcpy(Y, y, sizeof(float) * planes * oh * ow, cudaMemcpyDeviceToHost));
  CUDA_CHECK(cudaFree(x));
  CUDA_CHECK(cudaFree(y));
}

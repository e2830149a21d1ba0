// NCHW to NHWC: every image a transpose of channels x pixels, in 32 x 32 tiles of shared memory.
#include <cuda_runtime.h>

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

constexpr int kTile = 32;
constexpr int kRows = 8;

__global__ void nchw_to_nhwc(const float *__restrict__ in, float *__restrict__ out, int channels, int pixels) {
  __shared__ float tile[kTile][kTile + 1];
  const size_t image = (size_t)blockIdx.z * channels * pixels;
  const int p0 = blockIdx.x * kTile;
  const int c0 = blockIdx.y * kTile;
  for (int j = threadIdx.y; j < kTile; j += kRows) {
    const int c = c0 + j;
    const int p = p0 + threadIdx.x;
    if (c < channels && p < pixels) tile[j][threadIdx.x] = in[image + (size_t)c * pixels + p];
  }
  __syncthreads();
  for (int j = threadIdx.y; j < kTile; j += kRows) {
    const int p = p0 + j;
    const int c = c0 + threadIdx.x;
    if (c < channels && p < pixels) out[image + (size_t)p * channels + c] = tile[threadIdx.x][j];
  }
}

extern "C" void nchw_to_nhwc_kernel(const float *A, float *T, int batch, int channels, int pixels) {
  float *a, *t;
  CUDA_CHECK(cudaMalloc(&a, sizeof(float) * batch * channels * pixels));
  CUDA_CHECK(cudaMalloc(&t, sizeof(float) * batch * channels * pixels));
  CUDA_CHECK(cudaMemcpy(a, A, sizeof(float) * batch * channels * pixels, cudaMemcpyHostToDevice));
  const dim3 grid((pixels + kTile - 1) / kTile, (channels + kTile - 1) / kTile, batch);
  nchw_to_nhwc<<<grid, dim3(kTile, kRows)>>>(a, t, channels, pixels);
  CUDA_CHECK(cudaGetLastError());
  CUDA_CHECK(cudaMemcpy(T, t, sizeof(float) * batch * channels * pixels, cudaMemcpyDeviceToHost));
  CUDA_CHECK(cudaFree(a));
  CUDA_CHECK(cudaFree(t));
}

// RMS norm of every row, y = x * w / sqrt(mean(x^2) + eps): one block a row, warp sums, one float a warp.
#include <cuda_runtime.h>

#define WARP 32

static __device__ __forceinline__ float warp_reduce_sum(float x) {
#pragma unroll
  for (int mask = WARP / 2; mask > 0; mask >>= 1) {
    x += __shfl_xor_sync(0xffffffff, x, mask, WARP);
  }
  return x;
}

template <int block_size>
static __global__ void rms_norm_f32(const float *x, const float *weight, float *dst, const int ncols, const float eps) {
  const int row = blockIdx.x;
  const int tid = threadIdx.x;

  x += row * ncols;
  dst += row * ncols;

  float tmp = 0.0f;
  for (int col = tid; col < ncols; col += block_size) {
    const float xi = x[col];
    tmp += xi * xi;
  }
  tmp = warp_reduce_sum(tmp);
  if constexpr (block_size > WARP) {
    __shared__ float s_sum[32];
    const int warp_id = tid / WARP;
    const int lane_id = tid % WARP;
    if (lane_id == 0) {
      s_sum[warp_id] = tmp;
    }
    __syncthreads();
    tmp = 0.0f;
    if (lane_id < (block_size / WARP)) {
      tmp = s_sum[lane_id];
    }
    tmp = warp_reduce_sum(tmp);
  }
  const float mean = tmp / ncols;
  const float scale = rsqrtf(mean + eps);
  for (int col = tid; col < ncols; col += block_size) {
    dst[col] = scale * x[col] * weight[col];
  }
}

static void rms_norm_f32_cuda(const float *x, const float *w, float *dst, const int ncols, const int nrows, const float eps,
                              cudaStream_t stream) {
  if (ncols < 1024) {
    const dim3 block_dims(WARP, 1, 1);
    rms_norm_f32<WARP><<<nrows, block_dims, 0, stream>>>(x, w, dst, ncols, eps);
  } else {
    const dim3 block_dims(256, 1, 1);
    rms_norm_f32<256><<<nrows, block_dims, 0, stream>>>(x, w, dst, ncols, eps);
  }
}

extern "C" void rmsnorm_kernel(const float *X, const float *W, float *Y, int rows, int cols) {
  float *x, *w, *y;
  cudaStream_t stream;
  cudaStreamCreate(&stream);
  const size_t bytes = sizeof(float) * rows * cols;
  cudaMalloc(&x, bytes);
  cudaMalloc(&w, sizeof(float) * cols);
  cudaMalloc(&y, bytes);
  cudaMemcpyAsync(x, X, bytes, cudaMemcpyHostToDevice, stream);
  cudaMemcpyAsync(w, W, sizeof(float) * cols, cudaMemcpyHostToDevice, stream);
  rms_norm_f32_cuda(x, w, y, cols, rows, 1e-5f, stream);
  cudaMemcpyAsync(Y, y, bytes, cudaMemcpyDeviceToHost, stream);
  cudaStreamSynchronize(stream);
  cudaFree(x);
  cudaFree(w);
  cudaFree(y);
  cudaStreamDestroy(stream);
}

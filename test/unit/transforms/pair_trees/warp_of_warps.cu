// The first greatest of a row: the first warp looks through what the warps have found, lanes without a warp hold nothing.
#include <cuda_runtime.h>
#include <float.h>

__device__ __forceinline__ void warp_best(float &v, int &i) {
#pragma unroll
  for (int mask = 16; mask >= 1; mask >>= 1) {
    float ov = __shfl_xor_sync(0xffffffff, v, mask, 32);
    int oi = __shfl_xor_sync(0xffffffff, i, mask, 32);
    bool take = ov == v ? oi < i : ov > v;
    v = take ? ov : v;
    i = take ? oi : i;
  }
}

__global__ void best_of(const float *x, int *out, int cols) {
  __shared__ float vs[32];
  __shared__ int is[32];
  int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  float v = -FLT_MAX;
  int i = 0;
  for (int c = threadIdx.x; c < cols; c += blockDim.x)
    if (x[(size_t)blockIdx.x * cols + c] > v) {
      v = x[(size_t)blockIdx.x * cols + c];
      i = c;
    }
  warp_best(v, i);
  if (lane == 0) {
    vs[warp] = v;
    is[warp] = i;
  }
  __syncthreads();
  v = threadIdx.x < blockDim.x / 32 ? vs[lane] : -FLT_MAX;
  i = threadIdx.x < blockDim.x / 32 ? is[lane] : 0;
  if (warp == 0) warp_best(v, i);
  if (threadIdx.x == 0) out[blockIdx.x] = i;
}

extern "C" void best_of_run(const float *x, int *out, int rows, int cols) { best_of<<<rows, 256>>>(x, out, cols); }

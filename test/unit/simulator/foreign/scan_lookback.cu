// Prefix sums in one pass: each block publishes its sum, then its prefix, and looks back at those before it.
#include <cuda_runtime.h>

struct __align__(8) Status {
  int flag;  // 0: nothing, 1: the block's own sum, 2: the prefix up to its end
  int value;
};

__device__ __forceinline__ int warp_inclusive(int v) {
  const int lane = threadIdx.x & 31;
#pragma unroll
  for (int d = 1; d < 32; d <<= 1) {
    int below = __shfl_up_sync(0xffffffffu, v, d);
    if (lane >= d) v += below;
  }
  return v;
}

template <int THREADS>
__global__ void scan(const int *in, int *out, int n, unsigned long long *states, unsigned *ticket) {
  __shared__ int s_block, s_prefix, s_warps[THREADS / 32];
  if (threadIdx.x == 0) s_block = atomicAdd(ticket, 1u);
  __syncthreads();
  const int block = s_block, i = block * THREADS + threadIdx.x, warp = threadIdx.x >> 5;
  int v = i < n ? in[i] : 0, inclusive = warp_inclusive(v);
  if ((threadIdx.x & 31) == 31) s_warps[warp] = inclusive;
  __syncthreads();
  if (warp == 0) {
    int w = threadIdx.x < THREADS / 32 ? s_warps[threadIdx.x] : 0;
    w = warp_inclusive(w);
    if (threadIdx.x < THREADS / 32) s_warps[threadIdx.x] = w;
  }
  __syncthreads();
  if (warp > 0) inclusive += s_warps[warp - 1];
  if (threadIdx.x == THREADS - 1) {
    auto pack = [](int flag, int value) { return (unsigned long long)flag << 32 | (unsigned)value; };
    int total = inclusive, prefix = 0;
    atomicExch(&states[block], pack(block ? 1 : 2, total));
    for (int before = block - 1; before >= 0; --before) {
      unsigned long long seen;
      do seen = atomicAdd(&states[before], 0ull);
      while (seen >> 32 == 0);
      prefix += int(seen & 0xffffffffu);
      if (seen >> 32 == 2) break;
    }
    if (block) atomicExch(&states[block], pack(2, prefix + total));
    s_prefix = prefix;
  }
  __syncthreads();
  if (i < n) out[i] = inclusive + s_prefix;
}

extern "C" int run_scan(const int *in, int *out, int n) {
  constexpr int THREADS = 128;
  const int blocks = (n + THREADS - 1) / THREADS;
  int *din, *dout;
  unsigned long long *states;
  unsigned *ticket;
  cudaMalloc(&din, n * sizeof(int)), cudaMalloc(&dout, n * sizeof(int));
  cudaMalloc(&states, blocks * sizeof(*states)), cudaMalloc(&ticket, sizeof(unsigned));
  cudaMemcpy(din, in, n * sizeof(int), cudaMemcpyHostToDevice);
  cudaMemset(states, 0, blocks * sizeof(*states)), cudaMemset(ticket, 0, sizeof(unsigned));
  scan<THREADS><<<blocks, THREADS>>>(din, dout, n, states, ticket);
  cudaMemcpy(out, dout, n * sizeof(int), cudaMemcpyDeviceToHost);
  cudaFree(din), cudaFree(dout), cudaFree(states), cudaFree(ticket);
  return cudaGetLastError();
}

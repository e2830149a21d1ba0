// Planted faults of order and of initial values, each with its clean twin (see fault_memory.cu): races, barriers, masks.
// `none` stands where no class of compute-sanitizer looks for the fault.
#include "run_case.h"
#include <cuda_pipeline.h>

#define TWINS(name, ...)                                                                                        \
  extern "C" void case_##name##_faulty(const void *in, void *out, int n) { run_case(name<true>, in, out, n, __VA_ARGS__); } \
  extern "C" void case_##name##_clean(const void *in, void *out, int n) { run_case(name<false>, in, out, n, __VA_ARGS__); }

template <bool faulty> __global__ void race_read(const int *in, int *out, int n) {
  __shared__ int tile[128];
  int t = threadIdx.x;
  tile[t] = in[t];
  if (!faulty) __syncthreads();
  out[t] = tile[127 - t];
}
// fault race_read: int32*128 any -> int32*128, racecheck finds race
TWINS(race_read, {1, 128})

template <bool faulty> __global__ void race_in_loop(const int *in, int *out, int n) {
  __shared__ int cell[128];
  int t = threadIdx.x, sum = 0;
  for (int step = 0; step < 4; ++step) {
    cell[t] = in[t] + step;
    __syncthreads();
    sum += cell[(t + 64) % 128];
    if (!faulty) __syncthreads();
  }
  out[t] = sum;
}
// fault race_in_loop: int32*128 any -> int32*128, racecheck finds race
TWINS(race_in_loop, {1, 128})

template <bool faulty> __global__ void race_write(const int *in, int *out, int n) {
  __shared__ int cell[32];
  int t = threadIdx.x;
  if (faulty || t < 32) cell[t % 32] = in[t] + t;
  __syncthreads();
  out[t] = cell[t % 32];
}
// fault race_write: int32*128 any -> int32*128, racecheck finds race
TWINS(race_write, {1, 128})

template <bool faulty> __global__ void race_count(const int *in, int *out, int n) {
  __shared__ int total;
  if (threadIdx.x == 0) total = 0;
  __syncthreads();
  if (faulty) total += in[threadIdx.x];
  else atomicAdd(&total, in[threadIdx.x]);
  __syncthreads();
  out[threadIdx.x] = total;
}
// fault race_count: int32*128 any -> int32*128, racecheck finds race
TWINS(race_count, {1, 128})

template <bool faulty> __global__ void race_in_warp(const int *in, int *out, int n) {
  __shared__ int cell[32];
  int t = threadIdx.x;
  cell[t] = in[t];
  if (!faulty) __syncwarp();
  out[t] = cell[31 - t];
}
// fault race_in_warp: int32*32 any -> int32*32, racecheck finds race
TWINS(race_in_warp, {1, 32})

template <bool faulty> __global__ void tree_without_barrier(const int *in, int *out, int n) {
  __shared__ int partial[256];
  int t = threadIdx.x;
  partial[t] = in[t];
  __syncthreads();
  for (int half = 128; half > 0; half /= 2) {
    if (t < half) partial[t] += partial[t + half];
    if (!faulty) __syncthreads();
  }
  __syncthreads();
  out[t] = partial[0];
}
// fault tree_without_barrier: int32*256 any -> int32*256, racecheck finds race
TWINS(tree_without_barrier, {1, 256})

template <bool faulty> __global__ void copy_not_awaited(const int *in, int *out, int n) {
  __shared__ __align__(16) int cell[256];
  int t = threadIdx.x;
  __pipeline_memcpy_async(&cell[4 * t], &in[4 * t], 16);
  __pipeline_commit();
  if (!faulty) __pipeline_wait_prior(0);
  __syncthreads();
  for (int i = 0; i < 4; ++i) out[t + 64 * i] = cell[255 - t - 64 * i];
}
// fault copy_not_awaited: int32*256 any -> int32*256, racecheck finds race
TWINS(copy_not_awaited, {1, 64})

template <bool faulty> __global__ void race_on_device(const int *in, int *out, int n) {
  int t = threadIdx.x;
  out[t] = in[t];
  if (!faulty) __syncthreads();
  if (t >= 64) out[t] += out[t - 64];
}
// fault race_on_device: int32*128 any -> int32*128, none finds race
TWINS(race_on_device, {1, 128})

template <bool faulty> __global__ void race_between_blocks(const int *in, int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[faulty ? threadIdx.x : i] = in[i] + i;
}
// fault race_between_blocks: int32*128 any -> int32*128, none finds race
TWINS(race_between_blocks, {2, 64, -1, -1, 0, true})

template <bool faulty> void run_uninitialised(const void *in, void *out, int n, void (*kernel)(const int *, int *, int)) {
  int *from, *to;
  cudaMalloc((void **)&from, n * sizeof(int));
  cudaMalloc((void **)&to, n * sizeof(int));
  cudaMemcpy(from, in, n * sizeof(int) / (faulty ? 2 : 1), cudaMemcpyHostToDevice);
  kernel<<<1, n>>>(from, to, n);
  cudaMemcpy(out, to, n * sizeof(int), cudaMemcpyDeviceToHost);
  cudaFree(from);
  cudaFree(to);
}
__global__ void copy_all(const int *in, int *out, int n) { out[threadIdx.x] = in[threadIdx.x] + 1; }
// fault half_copied: int32*128 any -> int32*128, initcheck finds uninitialised
extern "C" void case_half_copied_faulty(const void *in, void *out, int n) { run_uninitialised<true>(in, out, n, copy_all); }
extern "C" void case_half_copied_clean(const void *in, void *out, int n) { run_uninitialised<false>(in, out, n, copy_all); }

template <bool faulty> __global__ void output_read_first(const int *in, int *out, int n) {
  int t = threadIdx.x;
  if (!faulty) out[t] = 5;
  out[t] += in[t];
}
// fault output_read_first: int32*64 any -> int32*64, initcheck finds uninitialised
TWINS(output_read_first, {1, 64})

template <bool faulty> __global__ void atomic_on_unset(const int *in, int *out, int n) {
  if (!faulty && threadIdx.x == 0) out[0] = 0;
  __syncthreads();
  atomicAdd(out, in[threadIdx.x]);
}
// fault atomic_on_unset: int32*64 any -> int32*1, initcheck finds uninitialised
TWINS(atomic_on_unset, {1, 64, -1, 1})

template <bool faulty> __global__ void shared_not_set(const int *in, int *out, int n) {
  __shared__ int cell[64];
  int t = threadIdx.x;
  if (!faulty || t % 2) cell[t] = in[t];
  __syncthreads();
  out[t] = cell[63 - t];
}
// fault shared_not_set: int32*64 any -> int32*64, none finds uninitialised
TWINS(shared_not_set, {1, 64})

template <bool faulty> __global__ void barrier_in_branch(const int *in, int *out, int n) {
  int t = threadIdx.x;
  if (faulty) {
    if (t % 2) {
      __syncthreads();
      out[t] = in[t];
    } else {
      out[t] = 2 * in[t];
    }
    out[t] += __syncthreads_count(in[t] > 0);
  } else {
    __syncthreads();
    out[t] = in[t] + __syncthreads_count(in[t] > 0);
  }
}
// fault barrier_in_branch: int32*64 small -> int32*64, synccheck finds divergent-barrier
TWINS(barrier_in_branch, {1, 64})

template <bool faulty> __global__ void two_barriers(const int *in, int *out, int n) {
  __shared__ int cell[64];
  int t = threadIdx.x;
  cell[t] = in[t];
  if (faulty && t < 16) __syncthreads();
  else __syncthreads();
  out[t] = cell[63 - t];
}
// fault two_barriers: int32*64 any -> int32*64, synccheck finds divergent-barrier
TWINS(two_barriers, {1, 64})

template <bool faulty> __global__ void barrier_missed(const int *in, int *out, int n) {
  int t = threadIdx.x;
  if (!faulty || t < 16) __syncthreads();
  out[t] = __shfl_sync(0xffffffffu, in[t], 3);
}
// fault barrier_missed: int32*32 any -> int32*32, synccheck finds divergent-barrier missed-barrier
TWINS(barrier_missed, {1, 32})

template <bool faulty> __global__ void mask_without_caller(const int *in, int *out, int n) {
  unsigned mask = faulty ? 0x0000ffffu : 0xffffffffu;
  int v = in[threadIdx.x];
  __syncwarp(mask);
  out[threadIdx.x] = v;
}
// fault mask_without_caller: int32*32 any -> int32*32, synccheck finds lane-mask
TWINS(mask_without_caller, {1, 32})

template <bool faulty> __global__ void shuffle_from_absent(const int *in, int *out, int n) {
  int t = threadIdx.x, v = in[t];
  if (t < 16) v = __shfl_sync(0x0000ffffu, v, faulty ? t + 16 : (t + 3) % 16);
  out[t] = v;
}
// fault shuffle_from_absent: int32*32 any -> int32*32, none finds inactive-lane
TWINS(shuffle_from_absent, {1, 32})

__device__ int tally;
template <bool faulty> __global__ void race_on_variable(const int *in, int *out, int n) {
  if (faulty) tally = tally + in[threadIdx.x];
  else atomicAdd(&tally, in[threadIdx.x]);
  out[threadIdx.x] = in[threadIdx.x];
}
// fault race_on_variable: int32*64 small -> int32*64, none finds race
TWINS(race_on_variable, {2, 64, 64, 64})

template <bool faulty> __global__ void count_then_read(const int *in, int *out, int n) {
  __shared__ int total;
  if (threadIdx.x == 0) total = 0;
  __syncthreads();
  atomicAdd(&total, in[threadIdx.x]);
  if (!faulty) __syncthreads();
  out[threadIdx.x] = total;
}
// fault count_then_read: int32*64 small -> int32*64, racecheck finds race
TWINS(count_then_read, {1, 64})

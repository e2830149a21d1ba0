// Votes, match, reductions of a warp and __syncwarp.
#include "run_case.h"

constexpr unsigned ALL = 0xffffffffu;

__global__ void votes(const int *in, unsigned *out, int n) {
  int v = in[threadIdx.x];
  unsigned ballot = __ballot_sync(ALL, v > 0);
  out[threadIdx.x] = ballot * 4 + (__any_sync(ALL, v == 3) != 0) * 2 + (__all_sync(ALL, v < 100) != 0);
}
// case votes: int32*96 small -> uint32*96, equal
extern "C" void case_votes(const void *in, void *out, int n) { run_case(votes, in, out, n, {1, 96}); }

__global__ void votes_in_branches(const int *in, unsigned *out, int n) {
  int v = in[threadIdx.x];
  if (threadIdx.x % 32 < 12) out[threadIdx.x] = __ballot_sync(0x00000fffu, v > 0) + (__all_sync(0x00000fffu, v > -9) != 0);
  else out[threadIdx.x] = __ballot_sync(0xfffff000u, v > 2) + (__any_sync(0xfffff000u, v == 5) != 0);
}
// case votes_in_branches: int32*64 small -> uint32*64, equal
extern "C" void case_votes_in_branches(const void *in, void *out, int n) { run_case(votes_in_branches, in, out, n, {1, 64}); }

__global__ void votes_after_exit(const int *in, unsigned *out, int n) {
  out[threadIdx.x] = 1;
  if (threadIdx.x >= 24) return;
  out[threadIdx.x] = __ballot_sync(ALL, in[threadIdx.x] > -100);
}
// case votes_after_exit: int32*32 small -> uint32*32, equal
extern "C" void case_votes_after_exit(const void *in, void *out, int n) { run_case(votes_after_exit, in, out, n, {1, 32}); }

__global__ void match_any(const int *in, unsigned *out, int n) {
  unsigned narrow = __match_any_sync(ALL, in[threadIdx.x]);
  unsigned wide = __match_any_sync(ALL, (unsigned long long)(in[threadIdx.x] & 3) << 40);
  out[threadIdx.x] = narrow ^ (wide * 3);
}
// case match_any: int32*64 small -> uint32*64, equal
extern "C" void case_match_any(const void *in, void *out, int n) { run_case(match_any, in, out, n, {1, 64}); }

__global__ void match_all(const int *in, unsigned *out, int n) {
  int same = 5, warp = threadIdx.x / 32;
  unsigned lanes = __match_all_sync(ALL, warp ? in[threadIdx.x] : 42, &same);
  out[threadIdx.x] = lanes * 2 + same;
}
// case match_all: int32*64 small -> uint32*64, equal
extern "C" void case_match_all(const void *in, void *out, int n) { run_case(match_all, in, out, n, {1, 64}); }

__global__ void warp_reductions(const int *in, int *out, int n) {
  int v = in[threadIdx.x], *mine = out + 6 * threadIdx.x;
  mine[0] = __reduce_add_sync(ALL, v);
  mine[1] = __reduce_min_sync(ALL, v);
  mine[2] = (int)__reduce_max_sync(ALL, (unsigned)v);
  mine[3] = (int)__reduce_and_sync(ALL, (unsigned)v | 0xff0000u);
  mine[4] = (int)__reduce_or_sync(ALL, (unsigned)v & 0xff00u);
  mine[5] = (int)__reduce_xor_sync(ALL, (unsigned)v);
}
// case warp_reductions: int32*64 any -> int32*384, equal
extern "C" void case_warp_reductions(const void *in, void *out, int n) { run_case(warp_reductions, in, out, n, {1, 64, n, 384}); }

__global__ void warp_exchange(const int *in, int *out, int n) {
  __shared__ int cell[64];
  int t = threadIdx.x;
  cell[t] = in[t];
  __syncwarp();
  int v = cell[t ^ 1];
  __syncwarp();
  cell[t] = v * 2;
  __syncwarp();
  out[t] = cell[t ^ 3] + v;
}
// case syncwarp: int32*64 any -> int32*64, equal
extern "C" void case_syncwarp(const void *in, void *out, int n) { run_case(warp_exchange, in, out, n, {1, 64}); }

// Cooperative groups: thread blocks, tiles and coalesced groups.
#include "run_case.h"
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cooperative_groups/scan.h>

namespace cg = cooperative_groups;

__global__ void group_block(const int *in, int *out, int n) {
  __shared__ int tile[64];
  auto block = cg::this_thread_block();
  tile[block.thread_rank()] = in[blockIdx.x * 64 + block.thread_rank()];
  block.sync();
  out[blockIdx.x * 64 + threadIdx.x] = tile[(threadIdx.x + 17) % block.size()] + (int)block.group_index().x;
}
// case group_block: int32*128 any -> int32*128, equal
extern "C" void case_group_block(const void *in, void *out, int n) { run_case(group_block, in, out, n, {2, 64}); }

template <int size> __device__ int of_tile(int v) {
  auto tile = cg::tiled_partition<size>(cg::this_thread_block());
  int r = tile.shfl(v, size / 2) + 3 * tile.shfl_xor(v, 1) + 5 * tile.shfl_up(v, 1) + 7 * tile.shfl_down(v, 2);
  r += 11 * (int)tile.ballot(v > 0) + 13 * tile.any(v == 3) + 17 * tile.all(v < 8);
  return r + 1000 * (int)tile.thread_rank() + 100000 * (int)tile.meta_group_rank();
}
__global__ void group_tiles(const int *in, int *out, int n) {
  int v = in[threadIdx.x];
  out[threadIdx.x] = of_tile<4>(v) + 31 * of_tile<8>(v) + 37 * of_tile<16>(v) + 41 * of_tile<32>(v);
}
// case group_tiles: int32*96 small -> int32*96, equal
extern "C" void case_group_tiles(const void *in, void *out, int n) { run_case(group_tiles, in, out, n, {1, 96}); }

__global__ void group_reduce(const int *in, int *out, int n) {
  auto tile = cg::tiled_partition<8>(cg::this_thread_block());
  int v = in[threadIdx.x];
  int r = cg::reduce(tile, v, cg::plus<int>()) + 3 * cg::reduce(tile, v, cg::less<int>());
  out[threadIdx.x] = r + 5 * cg::reduce(tile, v, cg::greater<int>());
}
// case group_reduce: int32*64 small -> int32*64, equal
extern "C" void case_group_reduce(const void *in, void *out, int n) { run_case(group_reduce, in, out, n, {1, 64}); }

__global__ void group_scan(const int *in, int *out, int n) {
  auto warp = cg::tiled_partition<32>(cg::this_thread_block());
  int v = in[threadIdx.x];
  out[threadIdx.x] = cg::exclusive_scan(warp, v) * 1000 + cg::inclusive_scan(warp, v);
}
// case group_scan: int32*64 small -> int32*64, equal
extern "C" void case_group_scan(const void *in, void *out, int n) { run_case(group_scan, in, out, n, {1, 64}); }

__global__ void group_coalesced(const int *in, int *out, int n) {
  out[threadIdx.x] = -1;
  if (in[threadIdx.x] > 0) {
    auto active = cg::coalesced_threads();
    out[threadIdx.x] = active.size() * 100 + active.thread_rank();
  }
}
// case group_coalesced: int32*64 small -> int32*64, equal
extern "C" void case_group_coalesced(const void *in, void *out, int n) { run_case(group_coalesced, in, out, n, {1, 64}); }

__global__ void tiles_of_tiles(const int *in, int *out, int n) {
  cg::thread_block block = cg::this_thread_block();
  cg::thread_block_tile<32> warp = cg::tiled_partition<32>(block);
  auto quad = cg::tiled_partition<4>(warp);
  int v = in[threadIdx.x];
  out[threadIdx.x] = quad.shfl(v, 3) + 100 * (int)quad.meta_group_rank() + 10000 * (int)quad.meta_group_size() + 7 * (int)quad.thread_rank();
}
// case tiles_of_tiles: int32*96 small -> int32*96, equal
extern "C" void case_tiles_of_tiles(const void *in, void *out, int n) { run_case(tiles_of_tiles, in, out, n, {1, 96}); }

/// Sums of neighbours over the whole array, three times: every step needs all blocks to have done the one before.
template <int steps> __global__ void grid_meets(int *a, int *b, int n) {
  cg::grid_group grid = cg::this_grid();
  int i = (int)grid.thread_rank();
  for (int s = 0; s < steps; ++s) {
    b[i] = a[(i + n - 1) % n] + a[i] + a[(i + 1) % n];
    grid.sync();
    int *other = a;
    a = b;
    b = other;
  }
}
// case grid_meets: int32*256 small -> int32*256, equal
extern "C" void case_grid_meets(const void *in, void *out, int n) {
  int *a, *b;
  cudaMalloc((void **)&a, n * sizeof(int));
  cudaMalloc((void **)&b, n * sizeof(int));
  cudaMemcpy(a, in, n * sizeof(int), cudaMemcpyHostToDevice);
  void *arguments[] = {&a, &b, &n};
  cudaLaunchCooperativeKernel((const void *)grid_meets<3>, dim3(n / 64), dim3(64), arguments, 0, 0);
  report_failure("kernel");
  cudaMemcpy(out, b, n * sizeof(int), cudaMemcpyDeviceToHost);
  cudaFree(a);
  cudaFree(b);
}

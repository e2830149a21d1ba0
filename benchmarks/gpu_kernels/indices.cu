// Block and thread indices, in one to three dimensions, and loops over the grid.
#include "run_case.h"

__device__ int flat(int x, int y, int z, dim3 size) { return (z * size.y + y) * size.x + x; }

__global__ void thread_indices(const int *in, int *out, int n) {
  int thread = flat(threadIdx.x, threadIdx.y, threadIdx.z, blockDim);
  int block = flat(blockIdx.x, blockIdx.y, blockIdx.z, gridDim);
  int i = block * blockDim.x * blockDim.y * blockDim.z + thread;
  out[i] = in[i] + 1000 * threadIdx.y + 10000 * threadIdx.z + 100000 * blockIdx.y + 1000000 * blockIdx.z;
}
// case thread_indices: int32*768 index -> int32*768, equal
extern "C" void case_thread_indices(const void *in, void *out, int n) {
  int *from, *to;
  cudaMalloc((void **)&from, n * sizeof(int));
  cudaMalloc((void **)&to, n * sizeof(int));
  cudaMemcpy(from, in, n * sizeof(int), cudaMemcpyHostToDevice);
  thread_indices<<<dim3(2, 3, 2), dim3(8, 4, 2)>>>(from, to, n);
  cudaMemcpy(out, to, n * sizeof(int), cudaMemcpyDeviceToHost);
  report_failure("kernel");
  cudaFree(from);
  cudaFree(to);
}

__global__ void grid_stride(const int *in, int *out, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) out[i] = in[i] * 3 + (int)gridDim.x;
}
// case grid_stride: int32*1000 any -> int32*1000, equal
extern "C" void case_grid_stride(const void *in, void *out, int n) { run_case(grid_stride, in, out, n, {3, 96}); }

__global__ void lanes_and_warps(const int *in, int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = in[i] + 100 * (threadIdx.x % warpSize) + 10000 * (threadIdx.x / warpSize);
}
// case lanes_and_warps: int32*192 index -> int32*192, equal
extern "C" void case_lanes_and_warps(const void *in, void *out, int n) { run_case(lanes_and_warps, in, out, n, {2, 96}); }

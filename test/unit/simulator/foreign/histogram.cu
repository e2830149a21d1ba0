// Counts of 64 bins: a copy of the bins for each warp, vector loads, lanes of one bin add once.
#include <cooperative_groups.h>
#include <cuda_runtime.h>

namespace cg = cooperative_groups;

template <typename Index, int kBins, int kWarps>
struct HistogramStorage {
  Index counts[kWarps][kBins];
  __device__ __forceinline__ void clear() {
    for (int i = threadIdx.x; i < kWarps * kBins; i += blockDim.x) (&counts[0][0])[i] = Index(0);
  }
};

template <typename Index, int kBins, int kWarps>
__device__ void add_one(HistogramStorage<Index, kBins, kWarps> &storage, unsigned value) {
  const unsigned bin = value % kBins;
  unsigned peers = __match_any_sync(__activemask(), bin);
  int leader = __ffs(peers) - 1;
  if ((threadIdx.x & 31) == leader) atomicAdd(&storage.counts[threadIdx.x >> 5][bin], Index(__popc(peers)));
  __syncwarp(peers);
}

template <int kBins, int kWarps>
__global__ void __launch_bounds__(kWarps * 32) histogram(const unsigned *__restrict__ values, int count, unsigned *__restrict__ bins) {
  __shared__ HistogramStorage<unsigned, kBins, kWarps> storage;
  auto block = cg::this_thread_block();
  storage.clear();
  block.sync();
  const int quads = count / 4;
  const int stride = gridDim.x * blockDim.x;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < quads; i += stride) {
    uint4 four = reinterpret_cast<const uint4 *>(values)[i];
    add_one(storage, four.x);
    add_one(storage, four.y);
    add_one(storage, four.z);
    add_one(storage, four.w);
  }
  for (int i = 4 * quads + blockIdx.x * blockDim.x + threadIdx.x; i < count; i += stride) add_one(storage, values[i]);
  cg::sync(block);
  for (int bin = threadIdx.x; bin < kBins; bin += blockDim.x) {
    unsigned sum = 0;
#pragma unroll
    for (int warp = 0; warp < kWarps; ++warp) sum += storage.counts[warp][bin];
    if (sum) atomicAdd(bins + bin, sum);
  }
}

extern "C" int run_histogram(const unsigned *values, unsigned *bins, int count) {
  constexpr int kBins = 64, kWarps = 4;
  unsigned *d_values = nullptr, *d_bins = nullptr;
  cudaStream_t stream;
  cudaStreamCreate(&stream);
  cudaMallocAsync(&d_values, count * sizeof(unsigned), stream);
  cudaMallocAsync(&d_bins, kBins * sizeof(unsigned), stream);
  cudaMemcpyAsync(d_values, values, count * sizeof(unsigned), cudaMemcpyHostToDevice, stream);
  cudaMemsetAsync(d_bins, 0, kBins * sizeof(unsigned), stream);
  histogram<kBins, kWarps><<<3, kWarps * 32, 0, stream>>>(d_values, count, d_bins);
  cudaMemcpyAsync(bins, d_bins, kBins * sizeof(unsigned), cudaMemcpyDeviceToHost, stream);
  cudaError_t status = cudaStreamSynchronize(stream);
  cudaFreeAsync(d_values, stream);
  cudaFreeAsync(d_bins, stream);
  cudaStreamDestroy(stream);
  return status;
}

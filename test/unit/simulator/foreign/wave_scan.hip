// Compaction of the positive values by ballots of 64 lanes, and a wave's sum by DPP moves.
#include <hip/hip_runtime.h>
#include <stdint.h>

#define HIP_CHECK(expression) \
  { \
    const hipError_t status = expression; \
    if (status != hipSuccess) return (int)status; \
  }

template <typename T, int CTRL, int ROW_MASK = 0xf, int BANK_MASK = 0xf>
__device__ inline T dpp(T v) {
  int moved = __builtin_amdgcn_update_dpp(0, __builtin_bit_cast(int, v), CTRL, ROW_MASK, BANK_MASK, true);
  return __builtin_bit_cast(T, moved);
}

__device__ inline float row_sum(float v) {
  v += dpp<float, 0x111>(v);
  v += dpp<float, 0x112>(v);
  v += dpp<float, 0x114>(v);
  v += dpp<float, 0x118>(v);
  return v;  // lane 15 of each row of 16 has the row's sum
}

template <unsigned BLOCK>
__global__ __launch_bounds__(BLOCK) void compact(const float *in, float *out, int *count, float *sums, int n) {
  __shared__ int base[BLOCK / 64 + 1];
  const int i = blockIdx.x * BLOCK + threadIdx.x, lane = __lane_id(), wave = threadIdx.x / warpSize;
  const float v = i < n ? in[i] : 0.0f;
  const uint64_t keep = __ballot(v > 0.0f);
  if (lane == 0) base[wave + 1] = __popcll(keep);
  __syncthreads();
  if (threadIdx.x == 0) {
    int total = 0;
    for (unsigned w = 0; w < BLOCK / 64; ++w) total += base[w + 1];
    base[0] = atomicAdd(count, total);
    for (unsigned w = 0; w < BLOCK / 64; ++w) base[w + 1] += base[w];
  }
  __syncthreads();
  const int before = __popcll(keep & ((1ull << lane) - 1));
  if (keep >> lane & 1) out[base[wave] + before] = v;
  float total = row_sum(v);
  total = __shfl(total, 15) + __shfl(total, 31) + __shfl(total, 47) + __shfl(total, 63);
  if (lane == 0) sums[i / warpSize] = total;
}

extern "C" int run_compact(const float *in, float *out, int *count, float *sums, int n) {
  const int BLOCK = 128, blocks = (n + BLOCK - 1) / BLOCK;
  float *din, *dout, *dsums;
  int *dcount;
  HIP_CHECK(hipMalloc(&din, n * sizeof(float)));
  HIP_CHECK(hipMalloc(&dout, n * sizeof(float)));
  HIP_CHECK(hipMalloc(&dsums, blocks * 2 * sizeof(float)));
  HIP_CHECK(hipMalloc((void **)&dcount, sizeof(int)));
  HIP_CHECK(hipMemset(dcount, 0, sizeof(int)));
  HIP_CHECK(hipMemcpy(din, in, n * sizeof(float), hipMemcpyHostToDevice));
  hipLaunchKernelGGL((compact<128>), dim3(blocks), dim3(BLOCK), 0, hipStreamDefault, din, dout, dcount, dsums, n);
  HIP_CHECK(hipGetLastError());
  HIP_CHECK(hipMemcpy(count, dcount, sizeof(int), hipMemcpyDeviceToHost));
  HIP_CHECK(hipMemcpy(out, dout, *count * sizeof(float), hipMemcpyDeviceToHost));
  HIP_CHECK(hipMemcpy(sums, dsums, blocks * 2 * sizeof(float), hipMemcpyDeviceToHost));
  HIP_CHECK(hipFree(din));
  HIP_CHECK(hipFree(dout));
  HIP_CHECK(hipFree(dsums));
  return hipFree(dcount);
}

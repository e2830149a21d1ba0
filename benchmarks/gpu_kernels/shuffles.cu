// Shuffles in every form, with widths, odd distances and wide types.
#include "run_case.h"
#include <cuda_fp16.h>

constexpr unsigned ALL = 0xffffffffu;

__global__ void shuffle_xor(const int *in, int *out, int n) {
  int v = in[threadIdx.x], r = 0;
  for (int bits = 1; bits < 32; bits *= 2) r = r * 31 + __shfl_xor_sync(ALL, v, bits);
  out[threadIdx.x] = r;
}
// case shuffle_xor: int32*64 any -> int32*64, equal
extern "C" void case_shuffle_xor(const void *in, void *out, int n) { run_case(shuffle_xor, in, out, n, {1, 64}); }

__global__ void shuffle_up_down(const int *in, int *out, int n) {
  int v = in[threadIdx.x], r = 0;
  for (int d = 0; d < 36; d += 3) r = r * 31 + __shfl_up_sync(ALL, v, d) + 7 * __shfl_down_sync(ALL, v, d);
  out[threadIdx.x] = r;
}
// case shuffle_up_down: int32*64 any -> int32*64, equal
extern "C" void case_shuffle_up_down(const void *in, void *out, int n) { run_case(shuffle_up_down, in, out, n, {1, 64}); }

__global__ void shuffle_index(const int *in, int *out, int n) {
  int v = in[threadIdx.x], r = 0;
  for (int source = -3; source < 42; source += 5) r = r * 31 + __shfl_sync(ALL, v, source);
  out[threadIdx.x] = r + __shfl_sync(ALL, v, (threadIdx.x * 5 + 3) % 32);
}
// case shuffle_index: int32*64 any -> int32*64, equal
extern "C" void case_shuffle_index(const void *in, void *out, int n) { run_case(shuffle_index, in, out, n, {1, 64}); }

__global__ void shuffle_widths(const int *in, int *out, int n) {
  int v = in[threadIdx.x], r = 0;
  for (int width = 2; width <= 32; width *= 2)
    for (int d = 1; d < 20; d += 4) {
      r = r * 31 + __shfl_sync(ALL, v, d, width) + 3 * __shfl_up_sync(ALL, v, d, width);
      r = r * 31 + __shfl_down_sync(ALL, v, d, width) + 3 * __shfl_xor_sync(ALL, v, d, width);
    }
  out[threadIdx.x] = r;
}
// case shuffle_widths: int32*64 any -> int32*64, equal
extern "C" void case_shuffle_widths(const void *in, void *out, int n) { run_case(shuffle_widths, in, out, n, {1, 64}); }

__global__ void shuffle_wide_types(const double *in, double *out, int n) {
  double v = in[threadIdx.x];
  long long bits = __double_as_longlong(v);
  half h = __float2half((float)v);
  double moved = __shfl_xor_sync(ALL, v, 9) + __longlong_as_double(__shfl_down_sync(ALL, bits, 3));
  out[threadIdx.x] = moved + (double)__half2float(__shfl_up_sync(ALL, h, 2));
}
// case shuffle_wide_types: float64*32 unit -> float64*32, equal
extern "C" void case_shuffle_wide_types(const void *in, void *out, int n) { run_case(shuffle_wide_types, in, out, n, {1, 32}); }

__global__ void shuffle_part_of_warp(const int *in, int *out, int n) {
  int v = in[threadIdx.x];
  if (threadIdx.x % 32 < 16) v = __shfl_xor_sync(0x0000ffffu, v, 5);
  else v = __shfl_xor_sync(0xffff0000u, v, 10) * 2;
  out[threadIdx.x] = v;
}
// case shuffle_part_of_warp: int32*64 any -> int32*64, equal
extern "C" void case_shuffle_part_of_warp(const void *in, void *out, int n) { run_case(shuffle_part_of_warp, in, out, n, {1, 64}); }

__global__ void warp_sums(const float *in, float *out, int n) {
  float v = in[blockIdx.x * blockDim.x + threadIdx.x];
  for (int d = 16; d > 0; d /= 2) v += __shfl_down_sync(ALL, v, d);
  if (threadIdx.x % 32 == 0) out[(blockIdx.x * blockDim.x + threadIdx.x) / 32] = v;
}
// case warp_sum: float32*256 unit -> float32*8, equal
extern "C" void case_warp_sum(const void *in, void *out, int n) { run_case(warp_sums, in, out, n, {2, 128, n, 8}); }

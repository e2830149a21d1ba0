// Half precision: every conversion with its rounding, arithmetic, comparison and pairs.
#include "run_case.h"
#include <cuda_fp16.h>

__device__ int at() { return blockIdx.x * blockDim.x + threadIdx.x; }

__global__ void half_to_float(const half *in, float *out, int n) { out[at()] = __half2float(in[at()]); }
// case half_to_float: float16*65536 patterns -> float32*65536, equal
extern "C" void case_half_to_float(const void *in, void *out, int n) { run_case(half_to_float, in, out, n, {256, 256}); }

__global__ void float_to_half(const float *in, half *out, int n) {
  float x = in[at()];
  half *mine = out + 4 * at();
  mine[0] = __float2half_rn(x);
  mine[1] = __float2half_rz(x);
  mine[2] = __float2half_rd(x);
  mine[3] = __float2half_ru(x);
}
// case float_to_half: float32*4096 halves -> float16*16384, equal
extern "C" void case_float_to_half(const void *in, void *out, int n) { run_case(float_to_half, in, out, n, {16, 256, n, 4 * n}); }

__global__ void half_to_integer(const half *in, int *out, int n) {
  half x = in[at()];
  int *mine = out + 4 * at();
  mine[0] = __half2int_rz(x);
  mine[1] = __half2int_rn(x);
  mine[2] = __half2int_rd(x);
  mine[3] = (int)__half2uint_rz(x);
}
// case half_to_integer: float16*65536 patterns -> int32*262144, equal
extern "C" void case_half_to_integer(const void *in, void *out, int n) { run_case(half_to_integer, in, out, n, {256, 256, n, 4 * n}); }

__global__ void half_arithmetic(const half *in, half *out, int n) {
  half a = in[at()], b = in[(at() * 7 + 1) % n], *mine = out + 6 * at();
  mine[0] = __hadd(a, b);
  mine[1] = __hsub(a, b);
  mine[2] = __hmul(a, b);
  mine[3] = __hfma(a, b, a);
  mine[4] = __hadd_sat(a, b);
  mine[5] = __hneg(__habs(a));
}
// case half_arithmetic: float16*4096 numbers -> float16*24576, equal
extern "C" void case_half_arithmetic(const void *in, void *out, int n) { run_case(half_arithmetic, in, out, n, {16, 256, n, 6 * n}); }

__global__ void half_division(const half *in, half *out, int n) {
  half a = in[at()], b = in[(at() * 7 + 1) % n];
  out[2 * at()] = a / b;
  out[2 * at() + 1] = hsqrt(__habs(a));
}
// case half_division: float16*4096 numbers -> float16*8192, ulp 1
extern "C" void case_half_division(const void *in, void *out, int n) { run_case(half_division, in, out, n, {16, 256, n, 2 * n}); }

__global__ void half_comparison(const half *in, int *out, int n) {
  half a = in[at()], b = in[(at() * 7 + 1) % n];
  out[at()] = __heq(a, b) + 2 * __hne(a, b) + 4 * __hlt(a, b) + 8 * __hle(a, b) + 16 * __hgt(a, b) + 32 * __hge(a, b) + 64 * __hisnan(a);
}
// case half_comparison: float16*4096 patterns -> int32*4096, equal
extern "C" void case_half_comparison(const void *in, void *out, int n) { run_case(half_comparison, in, out, n, {16, 256}); }

__global__ void half_min_max(const half *in, half *out, int n) {
  half a = in[at()], b = in[(at() * 7 + 1) % n], *mine = out + 4 * at();
  mine[0] = __hmin(a, b);
  mine[1] = __hmax(a, b);
  mine[2] = __hmin_nan(a, b);
  mine[3] = __hmax_nan(a, b);
}
// case half_min_max: float16*4096 patterns -> float16*16384, equal
extern "C" void case_half_min_max(const void *in, void *out, int n) { run_case(half_min_max, in, out, n, {16, 256, n, 4 * n}); }

__global__ void half_pairs(const half2 *in, half2 *out, int n) {
  half2 a = in[at()], b = in[(at() * 5 + 1) % (n / 2)], *mine = out + 5 * at();
  mine[0] = __hadd2(a, b);
  mine[1] = __hmul2(a, __lowhigh2highlow(b));
  mine[2] = __hfma2(a, b, __half2half2(__low2half(a)));
  mine[3] = __hsub2(__lows2half2(a, b), __highs2half2(a, b));
  float2 wide = __half22float2(a);
  mine[4] = __floats2half2_rn(wide.y * 0.5f, wide.x * 3.0f);
}
// case half_pairs: float16*4096 numbers -> float16*20480, equal
extern "C" void case_half_pairs(const void *in, void *out, int n) { run_case(half_pairs, in, out, n, {8, 256, n / 2, 5 * n / 2}); }

__global__ void half_functions(const half *in, half *out, int n) {
  half x = __float2half(__half2float(in[at()]) * 0.01f), *mine = out + 4 * at();
  mine[0] = hexp(x);
  mine[1] = hlog(__habs(x));
  mine[2] = hrsqrt(__habs(x));
  mine[3] = hfloor(in[at()]);
}
// case half_functions: float16*2048 numbers -> float16*8192, ulp 2
extern "C" void case_half_functions(const void *in, void *out, int n) { run_case(half_functions, in, out, n, {8, 256, n, 4 * n}); }

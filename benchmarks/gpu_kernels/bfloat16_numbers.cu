// bfloat16: conversions with their rounding, arithmetic and pairs.
#include "run_case.h"
#include <cuda_bf16.h>

using bf16 = __nv_bfloat16;
__device__ int at() { return blockIdx.x * blockDim.x + threadIdx.x; }

__global__ void bfloat16_to_float(const bf16 *in, float *out, int n) { out[at()] = __bfloat162float(in[at()]); }
// case bfloat16_to_float: uint16*65536 patterns -> float32*65536, equal
extern "C" void case_bfloat16_to_float(const void *in, void *out, int n) { run_case(bfloat16_to_float, in, out, n, {256, 256}); }

__global__ void float_to_bfloat16(const float *in, bf16 *out, int n) {
  out[2 * at()] = __float2bfloat16_rn(in[at()]);
  out[2 * at() + 1] = __float2bfloat16_rz(in[at()]);
}
// case float_to_bfloat16: float32*4096 any -> uint16*8192, equal bfloat16
extern "C" void case_float_to_bfloat16(const void *in, void *out, int n) { run_case(float_to_bfloat16, in, out, n, {16, 256, n, 2 * n}); }

__global__ void bfloat16_arithmetic(const float *in, bf16 *out, int n) {
  bf16 a = __float2bfloat16(in[at()]), b = __float2bfloat16(in[(at() * 7 + 1) % n]), *mine = out + 5 * at();
  mine[0] = __hadd(a, b);
  mine[1] = __hsub(a, b);
  mine[2] = __hmul(a, b);
  mine[3] = __hfma(a, b, a);
  mine[4] = __hmax(a, b);
}
// case bfloat16_arithmetic: float32*4096 wide -> uint16*20480, equal bfloat16
extern "C" void case_bfloat16_arithmetic(const void *in, void *out, int n) { run_case(bfloat16_arithmetic, in, out, n, {16, 256, n, 5 * n}); }

__global__ void bfloat16_pairs(const float2 *in, __nv_bfloat162 *out, int n) {
  float2 x = in[at()];
  __nv_bfloat162 a = __floats2bfloat162_rn(x.x, x.y), b = __floats2bfloat162_rn(x.y, 1.5f);
  out[2 * at()] = __hadd2(a, b);
  out[2 * at() + 1] = __hfma2(a, b, a);
}
// case bfloat16_pairs: float32*1024 wide -> uint16*2048, equal bfloat16
extern "C" void case_bfloat16_pairs(const void *in, void *out, int n) { run_case(bfloat16_pairs, in, out, n, {2, 256, n / 2, n}); }

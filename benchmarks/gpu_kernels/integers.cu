// Integers at their edges: division, bit operations, saturating conversions.
#include "run_case.h"

__device__ int at() { return blockIdx.x * blockDim.x + threadIdx.x; }

__global__ void integer_division(const int *in, int *out, int n) {
  int a = in[at()], b = in[(at() + 1) % n] | 1, c = b % 100 + (b % 100 == 0);
  out[at()] = a / c + 3 * (a % c) + (int)((unsigned)a / (unsigned)b) + (int)((unsigned)a % (unsigned)(c | 1));
}
// case integer_division: int32*1024 any -> int32*1024, equal
extern "C" void case_integer_division(const void *in, void *out, int n) { run_case(integer_division, in, out, n, {4, 256}); }

__global__ void integer_wrap(const int *in, unsigned *out, int n) {
  unsigned a = (unsigned)in[at()], b = (unsigned)in[(at() + 1) % n];
  out[at()] = a * b + (a << (b & 31)) + (unsigned)(in[at()] >> (b & 31)) + (unsigned)__mulhi((int)a, (int)b) + __umulhi(a, b);
}
// case integer_wrap: int32*1024 any -> uint32*1024, equal
extern "C" void case_integer_wrap(const void *in, void *out, int n) { run_case(integer_wrap, in, out, n, {4, 256}); }

__global__ void long_products(const long long *in, long long *out, int n) {
  unsigned long long a = (unsigned long long)in[at()], b = (unsigned long long)in[(at() + 1) % n];
  out[2 * at()] = (long long)(a * b ^ __umul64hi(a, b) ^ (unsigned long long)__mul64hi(in[at()], (long long)b));
  out[2 * at() + 1] = in[at()] / ((long long)(b >> 33) + 1) + (long long)(a % (b | 1));
}
// case long_products: int64*512 any -> int64*1024, equal
extern "C" void case_long_products(const void *in, void *out, int n) { run_case(long_products, in, out, n, {2, 256, n, 2 * n}); }

__global__ void bit_operations(const int *in, int *out, int n) {
  int x = at() < 4 ? at() - 1 : in[at()], y = in[(at() + 1) % n], *mine = out + 8 * at();
  mine[0] = __popc(x);
  mine[1] = __clz(x) * 100 + __ffs(x);
  mine[2] = (int)__brev(x);
  mine[3] = (int)__byte_perm(x, y, 0x3517);
  mine[4] = (int)__funnelshift_l(x, y, y & 63);
  mine[5] = (int)__funnelshift_rc(x, y, y & 63);
  mine[6] = __dp4a(x, y, 5) + (int)__dp4a((unsigned)x, (unsigned)y, 5u);
  mine[7] = __popcll(((long long)x << 32) | 9) + __clzll((long long)x) + __ffsll((long long)y);
}
// case bit_operations: int32*256 any -> int32*2048, equal
extern "C" void case_bit_operations(const void *in, void *out, int n) { run_case(bit_operations, in, out, n, {1, 256, n, 8 * n}); }

__global__ void float_to_integer(const float *in, long long *out, int n) {
  float x = in[at()];
  long long *mine = out + 6 * at();
  mine[0] = __float2int_rz(x);
  mine[1] = __float2int_rn(x);
  mine[2] = __float2uint_rz(x);
  mine[3] = __float2int_ru(x);
  mine[4] = __float2ll_rz(x);
  mine[5] = (long long)__float2ull_rz(x);
}
// case float_to_integer: float32*1024 wide -> int64*6144, equal
extern "C" void case_float_to_integer(const void *in, void *out, int n) { run_case(float_to_integer, in, out, n, {4, 256, n, 6 * n}); }

__global__ void double_to_integer(const double *in, long long *out, int n) {
  double x = in[at()];
  out[3 * at()] = __double2int_rz(x);
  out[3 * at() + 1] = __double2uint_rz(x);
  out[3 * at() + 2] = __double2ll_rn(x);
}
// case double_to_integer: float64*512 wide -> int64*1536, equal
extern "C" void case_double_to_integer(const void *in, void *out, int n) { run_case(double_to_integer, in, out, n, {2, 256, n, 3 * n}); }

__global__ void integer_to_float(const int *in, float *out, int n) {
  out[2 * at()] = __int2float_rn(in[at()]);
  out[2 * at() + 1] = (float)(unsigned)in[at()] + (float)((long long)in[at()] << 21);
}
// case integer_to_float: int32*1024 any -> float32*2048, equal
extern "C" void case_integer_to_float(const void *in, void *out, int n) { run_case(integer_to_float, in, out, n, {4, 256, n, 2 * n}); }

// What C++ leaves undefined and the hardware defines: quotients by zero, shifts by too much, plain conversions out of range.
__global__ void divide_by_zero(const int *in, int *out, int n) {
  int zero = in[at()] & 0;
  out[2 * at()] = in[at()] / zero;
  out[2 * at() + 1] = in[at()] % zero;
}
// case undefined_division: int32*64 any -> int32*128, undefined
extern "C" void case_undefined_division(const void *in, void *out, int n) { run_case(divide_by_zero, in, out, n, {1, 64, n, 2 * n}); }

__global__ void shift_by_too_much(const int *in, int *out, int n) {
  int by = 30 + at() % 8;
  out[2 * at()] = in[at()] << by;
  out[2 * at() + 1] = in[at()] >> by;
}
// case undefined_shift: int32*64 any -> int32*128, undefined
extern "C" void case_undefined_shift(const void *in, void *out, int n) { run_case(shift_by_too_much, in, out, n, {1, 64, n, 2 * n}); }

__global__ void convert_out_of_range(const float *in, int *out, int n) {
  out[2 * at()] = (int)in[at()];
  out[2 * at() + 1] = (int)(unsigned)in[at()];
}
// case undefined_conversion: float32*256 wide -> int32*512, undefined
extern "C" void case_undefined_conversion(const void *in, void *out, int n) { run_case(convert_out_of_range, in, out, n, {1, 256, n, 2 * n}); }

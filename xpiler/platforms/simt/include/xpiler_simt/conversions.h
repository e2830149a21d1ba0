// Conversions that saturate as the hardware does, bit casts, and integer intrinsics.
#pragma once
#include "math.h"

namespace xpiler_simt {

template <class To, class From>
XPILER_SIMT_INLINE To bits_as(From value) {
  static_assert(sizeof(To) == sizeof(From));
  To result;
  std::memcpy(&result, &value, sizeof result);
  return result;
}

/// Float to integer as the GPUs do it: out of range saturates, NaN gives `nan`.
template <class To, class From>
XPILER_SIMT_INLINE To saturating(From x, To nan = 0) {
  constexpr To low = To(-1) < To(0) ? To(To(1) << (sizeof(To) * 8 - 1)) : To(0), high = To(~low);
  if (x != x) return nan;
  if (x <= From(low)) return low;
  // From(high) rounds up to a power of two, which is itself out of range.
  return x >= From(high) ? high : To(x);
}

} // namespace xpiler_simt

#define XPILER_SIMT_TO_INTEGER(name, From, To, nan) \
  XPILER_SIMT_INLINE To name##_rn(From x) { return xpiler_simt::saturating<To>(std::nearbyint(x), nan); } \
  XPILER_SIMT_INLINE To name##_rz(From x) { return xpiler_simt::saturating<To>(std::trunc(x), nan); } \
  XPILER_SIMT_INLINE To name##_rd(From x) { return xpiler_simt::saturating<To>(std::floor(x), nan); } \
  XPILER_SIMT_INLINE To name##_ru(From x) { return xpiler_simt::saturating<To>(std::ceil(x), nan); }
XPILER_SIMT_TO_INTEGER(__float2int, float, int, 0)
XPILER_SIMT_TO_INTEGER(__float2uint, float, unsigned, 0)
XPILER_SIMT_TO_INTEGER(__float2ll, float, long long, LLONG_MIN)
XPILER_SIMT_TO_INTEGER(__float2ull, float, unsigned long long, 0x8000000000000000ull)
XPILER_SIMT_TO_INTEGER(__double2int, double, int, INT_MIN)
XPILER_SIMT_TO_INTEGER(__double2uint, double, unsigned, 0x80000000u)
XPILER_SIMT_TO_INTEGER(__double2ll, double, long long, LLONG_MIN)
XPILER_SIMT_TO_INTEGER(__double2ull, double, unsigned long long, 0x8000000000000000ull)
#undef XPILER_SIMT_TO_INTEGER

XPILER_SIMT_INLINE float __int2float_rn(int x) { return float(x); }
XPILER_SIMT_INLINE float __uint2float_rn(unsigned x) { return float(x); }
XPILER_SIMT_INLINE float __ll2float_rn(long long x) { return float(x); }
XPILER_SIMT_INLINE float __ull2float_rn(unsigned long long x) { return float(x); }
XPILER_SIMT_INLINE double __int2double_rn(int x) { return x; }
XPILER_SIMT_INLINE double __uint2double_rn(unsigned x) { return x; }
XPILER_SIMT_INLINE double __ll2double_rn(long long x) { return double(x); }
XPILER_SIMT_INLINE float __double2float_rn(double x) { return float(x); }

XPILER_SIMT_INLINE int __float_as_int(float x) { return xpiler_simt::bits_as<int>(x); }
XPILER_SIMT_INLINE unsigned __float_as_uint(float x) { return xpiler_simt::bits_as<unsigned>(x); }
XPILER_SIMT_INLINE float __int_as_float(int x) { return xpiler_simt::bits_as<float>(x); }
XPILER_SIMT_INLINE float __uint_as_float(unsigned x) { return xpiler_simt::bits_as<float>(x); }
XPILER_SIMT_INLINE long long __double_as_longlong(double x) { return xpiler_simt::bits_as<long long>(x); }
XPILER_SIMT_INLINE double __longlong_as_double(long long x) { return xpiler_simt::bits_as<double>(x); }
XPILER_SIMT_INLINE int __double2hiint(double x) { return int(__double_as_longlong(x) >> 32); }
XPILER_SIMT_INLINE int __double2loint(double x) { return int(__double_as_longlong(x)); }
XPILER_SIMT_INLINE double __hiloint2double(int high, int low) { return __longlong_as_double((long long)high << 32 | unsigned(low)); }

// --- integers --------------------------------------------------------------------------------

XPILER_SIMT_INLINE int __popc(unsigned x) { return __builtin_popcount(x); }
XPILER_SIMT_INLINE int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
XPILER_SIMT_INLINE int __clz(int x) { return x ? __builtin_clz(x) : 32; }
XPILER_SIMT_INLINE int __clzll(long long x) { return x ? __builtin_clzll(x) : 64; }
XPILER_SIMT_INLINE int __ffs(int x) { return __builtin_ffs(x); }
XPILER_SIMT_INLINE int __ffsll(long long x) { return __builtin_ffsll(x); }
XPILER_SIMT_INLINE int __mulhi(int a, int b) { return int((long long)a * b >> 32); }
XPILER_SIMT_INLINE unsigned __umulhi(unsigned a, unsigned b) { return unsigned((unsigned long long)a * b >> 32); }
XPILER_SIMT_INLINE long long __mul64hi(long long a, long long b) { return (long long)((__int128)a * b >> 64); }
XPILER_SIMT_INLINE unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
  return (unsigned long long)((unsigned __int128)a * b >> 64);
}
XPILER_SIMT_INLINE int __mul24(int a, int b) { return (a << 8 >> 8) * (b << 8 >> 8); }
XPILER_SIMT_INLINE unsigned __umul24(unsigned a, unsigned b) { return (a & 0xffffff) * (b & 0xffffff); }
XPILER_SIMT_INLINE unsigned __sad(int a, int b, unsigned c) { return c + (a > b ? unsigned(a) - b : unsigned(b) - a); }
XPILER_SIMT_INLINE int __hadd(int a, int b) { return int(((long long)a + b) >> 1); }
XPILER_SIMT_INLINE int __rhadd(int a, int b) { return int(((long long)a + b + 1) >> 1); }
XPILER_SIMT_INLINE unsigned __brev(unsigned x) {
  unsigned result = 0;
  for (int bit = 0; bit < 32; ++bit) result |= (x >> bit & 1) << (31 - bit);
  return result;
}
XPILER_SIMT_INLINE unsigned long long __brevll(unsigned long long x) {
  return (unsigned long long)__brev(unsigned(x)) << 32 | __brev(unsigned(x >> 32));
}
XPILER_SIMT_INLINE unsigned __byte_perm(unsigned a, unsigned b, unsigned selector) {
  unsigned long long bytes = (unsigned long long)b << 32 | a;
  unsigned result = 0;
  for (int i = 0; i < 4; ++i) {
    unsigned code = selector >> (4 * i), byte = unsigned(bytes >> (8 * (code & 7))) & 0xff;
    result |= (code & 8 ? (byte & 0x80 ? 0xffu : 0u) : byte) << (8 * i);
  }
  return result;
}
XPILER_SIMT_INLINE unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift) {
  return unsigned((((unsigned long long)high << 32 | low) << (shift & 31)) >> 32);
}
XPILER_SIMT_INLINE unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) {
  return unsigned(((unsigned long long)high << 32 | low) >> (shift & 31));
}
XPILER_SIMT_INLINE unsigned __funnelshift_lc(unsigned low, unsigned high, unsigned shift) {
  return shift >= 32 ? low : __funnelshift_l(low, high, shift);
}
XPILER_SIMT_INLINE unsigned __funnelshift_rc(unsigned low, unsigned high, unsigned shift) {
  return shift >= 32 ? high : __funnelshift_r(low, high, shift);
}

XPILER_SIMT_INLINE int __dp4a(int a, int b, int c) {
  unsigned sum = unsigned(c);
  for (int i = 0; i < 4; ++i) sum += unsigned(int(static_cast<signed char>(a >> (8 * i))) * int(static_cast<signed char>(b >> (8 * i))));
  return int(sum);
}
XPILER_SIMT_INLINE unsigned __dp4a(unsigned a, unsigned b, unsigned c) {
  for (int i = 0; i < 4; ++i) c += (a >> (8 * i) & 0xff) * (b >> (8 * i) & 0xff);
  return c;
}

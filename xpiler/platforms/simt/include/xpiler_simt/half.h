// half and half2, under the names CUDA and HIP share.
#pragma once
#include "atomics.h"
#include "conversions.h"
#include "small_floats.h"
#include "vector_types.h"

#define XPILER_T __half
#define XPILER_T2 __half2
#define XPILER_VALUE(bits) xpiler_simt::half_value(bits)
#define XPILER_BITS(value) xpiler_simt::half_bits(value)
#define XPILER_FORMAT xpiler_simt::half_format
#include "small_type.inc"
#undef XPILER_T
#undef XPILER_T2
#undef XPILER_VALUE
#undef XPILER_BITS
#undef XPILER_FORMAT

using half = __half;
using half2 = __half2;
struct __half_raw {
  unsigned short x;
};

// --- float -----------------------------------------------------------------------------------

XPILER_SIMT_INLINE __half xpiler_simt_half(double value, xpiler_simt::Rounding rounding) {
  return __half::xpiler_from(static_cast<unsigned short>(xpiler_simt::narrow(value, xpiler_simt::half_format, rounding)));
}
XPILER_SIMT_INLINE __half __float2half(float x) { return __half(x); }
XPILER_SIMT_INLINE __half __float2half_rn(float x) { return __half(x); }
XPILER_SIMT_INLINE __half __float2half_rz(float x) { return xpiler_simt_half(x, xpiler_simt::Rounding::to_zero); }
XPILER_SIMT_INLINE __half __float2half_ru(float x) { return xpiler_simt_half(x, xpiler_simt::Rounding::up); }
XPILER_SIMT_INLINE __half __float2half_rd(float x) { return xpiler_simt_half(x, xpiler_simt::Rounding::down); }
XPILER_SIMT_INLINE __half __double2half(double x) { return __half(x); }
XPILER_SIMT_INLINE float __half2float(__half x) { return x.xpiler_float(); }
XPILER_SIMT_INLINE __half2 __float2half2_rn(float x) { return {__half(x), __half(x)}; }
XPILER_SIMT_INLINE __half2 __floats2half2_rn(float x, float y) { return {__half(x), __half(y)}; }
XPILER_SIMT_INLINE __half2 __float22half2_rn(float2 v) { return {__half(v.x), __half(v.y)}; }
XPILER_SIMT_INLINE float2 __half22float2(__half2 v) { return {v.x.xpiler_float(), v.y.xpiler_float()}; }

// --- integers --------------------------------------------------------------------------------

XPILER_SIMT_INLINE __half __int2half_rn(int x) { return __half(double(x)); }
XPILER_SIMT_INLINE __half __uint2half_rn(unsigned x) { return __half(double(x)); }
XPILER_SIMT_INLINE __half __short2half_rn(short x) { return __half(double(x)); }
XPILER_SIMT_INLINE __half __ushort2half_rn(unsigned short x) { return __half(double(x)); }
#define XPILER_HALF_TO(name, T) \
  XPILER_SIMT_INLINE T __half2##name##_rn(__half x) { return xpiler_simt::saturating<T>(std::nearbyint(x.xpiler_float())); } \
  XPILER_SIMT_INLINE T __half2##name##_rz(__half x) { return xpiler_simt::saturating<T>(std::trunc(x.xpiler_float())); } \
  XPILER_SIMT_INLINE T __half2##name##_rd(__half x) { return xpiler_simt::saturating<T>(std::floor(x.xpiler_float())); } \
  XPILER_SIMT_INLINE T __half2##name##_ru(__half x) { return xpiler_simt::saturating<T>(std::ceil(x.xpiler_float())); }
XPILER_HALF_TO(int, int)
XPILER_HALF_TO(uint, unsigned)
XPILER_HALF_TO(short, short)
XPILER_HALF_TO(ushort, unsigned short)
XPILER_HALF_TO(char, signed char)
XPILER_HALF_TO(uchar, unsigned char)
#undef XPILER_HALF_TO

// --- bits and pairs --------------------------------------------------------------------------

XPILER_SIMT_INLINE short __half_as_short(__half x) { return short(x.xpiler_bits); }
XPILER_SIMT_INLINE unsigned short __half_as_ushort(__half x) { return x.xpiler_bits; }
XPILER_SIMT_INLINE __half __short_as_half(short x) { return __half::xpiler_from(static_cast<unsigned short>(x)); }
XPILER_SIMT_INLINE __half __ushort_as_half(unsigned short x) { return __half::xpiler_from(x); }
XPILER_SIMT_INLINE __half2 __halves2half2(__half x, __half y) { return {x, y}; }
XPILER_SIMT_INLINE __half2 make_half2(__half x, __half y) { return {x, y}; }
XPILER_SIMT_INLINE __half2 __half2half2(__half x) { return {x, x}; }
XPILER_SIMT_INLINE __half __low2half(__half2 v) { return v.x; }
XPILER_SIMT_INLINE __half __high2half(__half2 v) { return v.y; }
XPILER_SIMT_INLINE __half2 __low2half2(__half2 v) { return {v.x, v.x}; }
XPILER_SIMT_INLINE __half2 __high2half2(__half2 v) { return {v.y, v.y}; }
XPILER_SIMT_INLINE __half2 __lows2half2(__half2 a, __half2 b) { return {a.x, b.x}; }
XPILER_SIMT_INLINE __half2 __highs2half2(__half2 a, __half2 b) { return {a.y, b.y}; }
XPILER_SIMT_INLINE __half __ldg(const __half *address) { return *address; }

// bfloat16 and its pair under neutral type names; the platforms' headers rename them.
#pragma once
#include "atomics.h"
#include "conversions.h"
#include "small_floats.h"
#include "vector_types.h"

#ifndef XPILER_BFLOAT16
#define XPILER_BFLOAT16 __nv_bfloat16
#define XPILER_BFLOAT162 __nv_bfloat162
#endif
#define XPILER_T XPILER_BFLOAT16
#define XPILER_T2 XPILER_BFLOAT162
#define XPILER_VALUE(bits) xpiler_simt::bfloat16_value(bits)
#define XPILER_BITS(value) xpiler_simt::bfloat16_bits(value)
#define XPILER_FORMAT xpiler_simt::bfloat16_format
#include "small_type.inc"
#undef XPILER_T
#undef XPILER_T2
#undef XPILER_VALUE
#undef XPILER_BITS
#undef XPILER_FORMAT

XPILER_SIMT_INLINE XPILER_BFLOAT16 xpiler_simt_bfloat16(double value, xpiler_simt::Rounding rounding) {
  return XPILER_BFLOAT16::xpiler_from(static_cast<unsigned short>(xpiler_simt::narrow(value, xpiler_simt::bfloat16_format, rounding)));
}
XPILER_SIMT_INLINE XPILER_BFLOAT16 __float2bfloat16(float x) { return XPILER_BFLOAT16(x); }
XPILER_SIMT_INLINE XPILER_BFLOAT16 __float2bfloat16_rn(float x) { return XPILER_BFLOAT16(x); }
XPILER_SIMT_INLINE XPILER_BFLOAT16 __float2bfloat16_rz(float x) { return xpiler_simt_bfloat16(x, xpiler_simt::Rounding::to_zero); }
XPILER_SIMT_INLINE XPILER_BFLOAT16 __double2bfloat16(double x) { return XPILER_BFLOAT16(x); }
XPILER_SIMT_INLINE XPILER_BFLOAT16 __int2bfloat16_rn(int x) { return XPILER_BFLOAT16(double(x)); }
XPILER_SIMT_INLINE float __bfloat162float(XPILER_BFLOAT16 x) { return x.xpiler_float(); }
XPILER_SIMT_INLINE int __bfloat162int_rn(XPILER_BFLOAT16 x) { return xpiler_simt::saturating<int>(std::nearbyint(x.xpiler_float())); }
XPILER_SIMT_INLINE int __bfloat162int_rz(XPILER_BFLOAT16 x) { return xpiler_simt::saturating<int>(std::trunc(x.xpiler_float())); }
XPILER_SIMT_INLINE XPILER_BFLOAT162 __float2bfloat162_rn(float x) { return {XPILER_BFLOAT16(x), XPILER_BFLOAT16(x)}; }
XPILER_SIMT_INLINE XPILER_BFLOAT162 __floats2bfloat162_rn(float x, float y) { return {XPILER_BFLOAT16(x), XPILER_BFLOAT16(y)}; }
XPILER_SIMT_INLINE XPILER_BFLOAT162 __float22bfloat162_rn(float2 v) { return {XPILER_BFLOAT16(v.x), XPILER_BFLOAT16(v.y)}; }
XPILER_SIMT_INLINE float2 __bfloat1622float2(XPILER_BFLOAT162 v) { return {v.x.xpiler_float(), v.y.xpiler_float()}; }
XPILER_SIMT_INLINE XPILER_BFLOAT162 __halves2bfloat162(XPILER_BFLOAT16 x, XPILER_BFLOAT16 y) { return {x, y}; }
XPILER_SIMT_INLINE XPILER_BFLOAT162 make_bfloat162(XPILER_BFLOAT16 x, XPILER_BFLOAT16 y) { return {x, y}; }
XPILER_SIMT_INLINE XPILER_BFLOAT162 __bfloat162bfloat162(XPILER_BFLOAT16 x) { return {x, x}; }
XPILER_SIMT_INLINE XPILER_BFLOAT16 __low2bfloat16(XPILER_BFLOAT162 v) { return v.x; }
XPILER_SIMT_INLINE XPILER_BFLOAT16 __high2bfloat16(XPILER_BFLOAT162 v) { return v.y; }
XPILER_SIMT_INLINE short __bfloat16_as_short(XPILER_BFLOAT16 x) { return short(x.xpiler_bits); }
XPILER_SIMT_INLINE unsigned short __bfloat16_as_ushort(XPILER_BFLOAT16 x) { return x.xpiler_bits; }
XPILER_SIMT_INLINE XPILER_BFLOAT16 __ushort_as_bfloat16(unsigned short x) { return XPILER_BFLOAT16::xpiler_from(x); }
XPILER_SIMT_INLINE XPILER_BFLOAT16 __short_as_bfloat16(short x) { return XPILER_BFLOAT16::xpiler_from(static_cast<unsigned short>(x)); }

// Floating-point arithmetic, minimum and maximum, rounding.
#pragma once
#include <cfenv>

#include "registers.h"

#define XPILER_FLOATS(NAME, ...) \
  XPILER_WIDTHS(XPILER_BINARY, NAME##_ps, float, __VA_ARGS__) \
  XPILER_WIDTHS(XPILER_BINARY, NAME##_pd, double, __VA_ARGS__)
XPILER_FLOATS(add, a + b)
XPILER_FLOATS(sub, a - b)
XPILER_FLOATS(mul, a *b)
XPILER_FLOATS(div, a / b)
XPILER_FLOATS(max, a > b ? a : b) // the second operand where one is NaN or both are zeros
XPILER_FLOATS(min, a < b ? a : b)
#undef XPILER_FLOATS

XPILER_WIDTHS(XPILER_UNARY, sqrt_ps, float, __builtin_sqrtf(a))
XPILER_WIDTHS(XPILER_UNARY, sqrt_pd, double, __builtin_sqrt(a))
XPILER_WIDTHS(XPILER_UNARY, rcp14_ps, float, 1.0f / a)
XPILER_WIDTHS(XPILER_UNARY, rcp14_pd, double, 1.0 / a)
XPILER_WIDTHS(XPILER_UNARY, rsqrt14_ps, float, float(1.0 / __builtin_sqrt(double(a))))
XPILER_WIDTHS(XPILER_UNARY, rsqrt14_pd, double, 1.0 / __builtin_sqrt(a))
XPILER_WIDE(XPILER_UNARY_PLAIN, abs_ps, float, __builtin_fabsf(a))
XPILER_WIDE(XPILER_UNARY_MASK, abs_ps, float)
XPILER_WIDE(XPILER_UNARY_PLAIN, abs_pd, double, __builtin_fabs(a))
XPILER_WIDE(XPILER_UNARY_MASK, abs_pd, double)
XPILER_NARROW(XPILER_UNARY_PLAIN, rcp_ps, float, 1.0f / a)
XPILER_NARROW(XPILER_UNARY_PLAIN, rsqrt_ps, float, float(1.0 / __builtin_sqrt(double(a))))
XPILER_WIDTHS(XPILER_UNARY_PLAIN, floor_ps, float, __builtin_floorf(a))
XPILER_WIDE(XPILER_UNARY_MASK, floor_ps, float)
XPILER_WIDTHS(XPILER_UNARY_PLAIN, floor_pd, double, __builtin_floor(a))
XPILER_WIDE(XPILER_UNARY_MASK, floor_pd, double)
XPILER_WIDTHS(XPILER_UNARY_PLAIN, ceil_ps, float, __builtin_ceilf(a))
XPILER_WIDE(XPILER_UNARY_MASK, ceil_ps, float)
XPILER_WIDTHS(XPILER_UNARY_PLAIN, ceil_pd, double, __builtin_ceil(a))
XPILER_WIDE(XPILER_UNARY_MASK, ceil_pd, double)

#define _MM_FROUND_TO_NEAREST_INT 0x00
#define _MM_FROUND_TO_NEG_INF 0x01
#define _MM_FROUND_TO_POS_INF 0x02
#define _MM_FROUND_TO_ZERO 0x03
#define _MM_FROUND_CUR_DIRECTION 0x04
#define _MM_FROUND_RAISE_EXC 0x00
#define _MM_FROUND_NO_EXC 0x08
#define _MM_FROUND_NINT 0x00
#define _MM_FROUND_FLOOR 0x01
#define _MM_FROUND_CEIL 0x02
#define _MM_FROUND_TRUNC 0x03
#define _MM_FROUND_RINT 0x04
#define _MM_FROUND_NEARBYINT 0x0c

namespace xpiler_avx512 {

/// To an integral value by the low bits of an immediate.
inline double to_integral(double x, int mode) {
  switch (mode & 7) {
  case _MM_FROUND_TO_NEG_INF: return __builtin_floor(x);
  case _MM_FROUND_TO_POS_INF: return __builtin_ceil(x);
  case _MM_FROUND_TO_ZERO: return __builtin_trunc(x);
  default: return __builtin_nearbyint(x);
  }
}

/// roundscale: `immediate` holds the number of fraction bits to keep in its high half.
template <class T>
inline T round_scaled(T x, int immediate) {
  const int fraction = immediate >> 4 & 15;
  if (!std::isfinite(x)) return x;
  return T(std::ldexp(to_integral(std::ldexp(double(x), fraction), immediate), -fraction));
}

} // namespace xpiler_avx512

#define XPILER_ROUND(P, W, NAME, T) \
  inline XPILER_REG(T, W) P##_##NAME(XPILER_REG(T, W) va, int immediate) { \
    return xpiler_avx512::map<T, W>(va, [immediate](T a) { return xpiler_avx512::round_scaled<T>(a, immediate); }); \
  } \
  inline XPILER_REG(T, W) P##_mask_##NAME(XPILER_REG(T, W) src, XPILER_MASK(T, W) k, XPILER_REG(T, W) va, int immediate) { \
    return xpiler_avx512::blend<T, W>(k, src, P##_##NAME(va, immediate)); \
  } \
  inline XPILER_REG(T, W) P##_maskz_##NAME(XPILER_MASK(T, W) k, XPILER_REG(T, W) va, int immediate) { \
    return xpiler_avx512::blend<T, W>(k, XPILER_REG(T, W){}, P##_##NAME(va, immediate)); \
  }
XPILER_WIDTHS(XPILER_ROUND, roundscale_ps, float)
XPILER_WIDTHS(XPILER_ROUND, roundscale_pd, double)
#undef XPILER_ROUND
#define XPILER_ROUND(P, W, NAME, T) \
  inline XPILER_REG(T, W) P##_##NAME(XPILER_REG(T, W) va, int immediate) { \
    return xpiler_avx512::map<T, W>(va, [immediate](T a) { return T(xpiler_avx512::to_integral(a, immediate)); }); \
  }
XPILER_NARROW(XPILER_ROUND, round_ps, float)
XPILER_NARROW(XPILER_ROUND, round_pd, double)
#undef XPILER_ROUND

#define XPILER_HORIZONTAL(P, W, NAME, T, OP) \
  inline XPILER_REG(T, W) P##_##NAME(XPILER_REG(T, W) va, XPILER_REG(T, W) vb) { \
    using namespace xpiler_avx512; \
    const auto a = lanes<T, W>(va), b = lanes<T, W>(vb); \
    Lanes<T, W> out; \
    constexpr int n = 16 / sizeof(T); \
    for (int i = 0; i < count<T, W>; i += n) \
      for (int j = 0; j < n; j++) { \
        const auto &from = j < n / 2 ? a : b; \
        const int at = i + 2 * (j % (n / 2)); \
        out[i + j] = T(from[at] OP from[at + 1]); \
      } \
    return pack<T, W>(out); \
  }
XPILER_NARROW(XPILER_HORIZONTAL, hadd_ps, float, +)
XPILER_NARROW(XPILER_HORIZONTAL, hadd_pd, double, +)
XPILER_NARROW(XPILER_HORIZONTAL, hsub_ps, float, -)
XPILER_NARROW(XPILER_HORIZONTAL, hsub_pd, double, -)
XPILER_NARROW(XPILER_HORIZONTAL, hadd_epi16, xpiler_avx512::i16, +)
XPILER_NARROW(XPILER_HORIZONTAL, hadd_epi32, xpiler_avx512::i32, +)
XPILER_NARROW(XPILER_HORIZONTAL, hsub_epi16, xpiler_avx512::i16, -)
XPILER_NARROW(XPILER_HORIZONTAL, hsub_epi32, xpiler_avx512::i32, -)
#undef XPILER_HORIZONTAL

// Exponents and scaling, used by polynomial exponentials and logarithms.
#pragma once
#include "arithmetic.h"
#include "registers.h"

namespace xpiler_avx512 {

/// a * 2^floor(b), rounded once.
template <class T>
inline T scaled(T a, T b) {
  if (b != b) return b;
  const T whole = std::floor(b);
  if (std::isinf(b) && (b > 0 ? a == 0 : std::isinf(a))) return std::numeric_limits<T>::quiet_NaN();
  if (whole > 4096) return a * T(INFINITY) == a * T(INFINITY) ? a * T(INFINITY) : a;
  if (whole < -4096) return std::isinf(a) ? a : std::copysign(T(0), a);
  return std::ldexp(a, int(whole));
}

template <class T>
inline T exponent_of(T a) {
  if (a == 0) return -INFINITY;
  if (!std::isfinite(a)) return a * a;
  return T(std::ilogb(a));
}

/// The fraction in [1, 2), or [0.5, 1) and so on by the interval's number; sign control in the upper bits.
template <class T>
inline T mantissa_of(T a, int interval, int sign) {
  if (a != a) return a;
  if (a == 0 || std::isinf(a)) return sign & 1 ? T(1) : std::copysign(T(1), a);
  if (a < 0 && (sign & 2)) return std::numeric_limits<T>::quiet_NaN();
  const int exponent = std::ilogb(a);
  T m = std::ldexp(std::fabs(a), -exponent);
  if (interval == 2 || (interval == 1 && (exponent & 1))) m *= T(0.5);
  if (interval == 3 && m >= T(1.5)) m *= T(0.5);
  return sign & 1 || a > 0 ? m : -m;
}

} // namespace xpiler_avx512

XPILER_WIDTHS(XPILER_BINARY, scalef_ps, float, scaled(a, b))
XPILER_WIDTHS(XPILER_BINARY, scalef_pd, double, scaled(a, b))
XPILER_WIDTHS(XPILER_UNARY, getexp_ps, float, exponent_of(a))
XPILER_WIDTHS(XPILER_UNARY, getexp_pd, double, exponent_of(a))

typedef enum { _MM_MANT_NORM_1_2, _MM_MANT_NORM_p5_2, _MM_MANT_NORM_p5_1, _MM_MANT_NORM_p75_1p5 } _MM_MANTISSA_NORM_ENUM;
typedef enum { _MM_MANT_SIGN_src, _MM_MANT_SIGN_zero, _MM_MANT_SIGN_nan } _MM_MANTISSA_SIGN_ENUM;
#define XPILER_GETMANT(P, W, NAME, T) \
  inline XPILER_REG(T, W) P##_##NAME(XPILER_REG(T, W) va, _MM_MANTISSA_NORM_ENUM interval, _MM_MANTISSA_SIGN_ENUM sign) { \
    return xpiler_avx512::map<T, W>(va, [=](T a) { return xpiler_avx512::mantissa_of<T>(a, interval, sign); }); \
  }
XPILER_WIDTHS(XPILER_GETMANT, getmant_ps, float)
XPILER_WIDTHS(XPILER_GETMANT, getmant_pd, double)
#undef XPILER_GETMANT

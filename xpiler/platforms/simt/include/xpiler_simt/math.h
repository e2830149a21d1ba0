// Device mathematics. Plain functions are the C library's (at most one ulp, inside every documented
// bound); the fast intrinsics compute the same, and differ from hardware within their documented error.
#pragma once
#include <math.h>

#include <cfloat>
#include <climits>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "device_math.h"
#include "execution.h"

// Mixed operands follow C's usual conversions, as the platforms' overloads do.
#define XPILER_SIMT_MINMAX(A, B, R) \
  XPILER_SIMT_INLINE R min(A a, B b) { return (R)a < (R)b ? (R)a : (R)b; } \
  XPILER_SIMT_INLINE R max(A a, B b) { return (R)a > (R)b ? (R)a : (R)b; }
XPILER_SIMT_MINMAX(int, int, int)
XPILER_SIMT_MINMAX(unsigned, unsigned, unsigned)
XPILER_SIMT_MINMAX(int, unsigned, unsigned)
XPILER_SIMT_MINMAX(unsigned, int, unsigned)
XPILER_SIMT_MINMAX(long, long, long)
XPILER_SIMT_MINMAX(unsigned long, unsigned long, unsigned long)
XPILER_SIMT_MINMAX(long, unsigned long, unsigned long)
XPILER_SIMT_MINMAX(unsigned long, long, unsigned long)
XPILER_SIMT_MINMAX(long long, long long, long long)
XPILER_SIMT_MINMAX(unsigned long long, unsigned long long, unsigned long long)
XPILER_SIMT_MINMAX(long long, unsigned long long, unsigned long long)
XPILER_SIMT_MINMAX(unsigned long long, long long, unsigned long long)
XPILER_SIMT_MINMAX(int, long, long)
XPILER_SIMT_MINMAX(long, int, long)
XPILER_SIMT_MINMAX(int, long long, long long)
XPILER_SIMT_MINMAX(long long, int, long long)
XPILER_SIMT_MINMAX(int, unsigned long, unsigned long)
XPILER_SIMT_MINMAX(unsigned long, int, unsigned long)
XPILER_SIMT_MINMAX(unsigned, unsigned long, unsigned long)
XPILER_SIMT_MINMAX(unsigned long, unsigned, unsigned long)
#undef XPILER_SIMT_MINMAX
// A number that is no NaN wins over one.
#define XPILER_SIMT_FMINMAX(A, B, R, suffix) \
  XPILER_SIMT_INLINE R min(A a, B b) { return fmin##suffix(a, b); } \
  XPILER_SIMT_INLINE R max(A a, B b) { return fmax##suffix(a, b); }
XPILER_SIMT_FMINMAX(float, float, float, f)
XPILER_SIMT_FMINMAX(double, double, double, )
XPILER_SIMT_FMINMAX(float, double, double, )
XPILER_SIMT_FMINMAX(double, float, double, )
#undef XPILER_SIMT_FMINMAX

XPILER_SIMT_INLINE float rsqrtf(float x) { return xpiler_simt::reciprocal_root(x); }
XPILER_SIMT_INLINE double rsqrt(double x) { return 1.0 / std::sqrt(x); }
XPILER_SIMT_INLINE float rsqrt(float x) { return rsqrtf(x); }
XPILER_SIMT_INLINE float rcbrtf(float x) { return float(1.0 / std::cbrt(double(x))); }
XPILER_SIMT_INLINE float normcdff(float x) { return float(0.5 * std::erfc(-double(x) * M_SQRT1_2)); }
XPILER_SIMT_INLINE double normcdf(double x) { return 0.5 * std::erfc(-x * M_SQRT1_2); }
XPILER_SIMT_INLINE float sinpif(float x) { return float(std::sin(M_PI * std::fmod(double(x), 2.0))); }
XPILER_SIMT_INLINE float cospif(float x) { return float(std::cos(M_PI * std::fmod(double(x), 2.0))); }
XPILER_SIMT_INLINE void sincospif(float x, float *s, float *c) { *s = sinpif(x), *c = cospif(x); }
XPILER_SIMT_INLINE float fdividef(float a, float b) { return a / b; }
XPILER_SIMT_INLINE float norm3df(float a, float b, float c) { return float(std::sqrt(double(a) * a + double(b) * b + double(c) * c)); }
XPILER_SIMT_INLINE float rnorm3df(float a, float b, float c) {
  return float(1.0 / std::sqrt(double(a) * a + double(b) * b + double(c) * c));
}
XPILER_SIMT_INLINE float norm4df(float a, float b, float c, float d) {
  return float(std::sqrt(double(a) * a + double(b) * b + double(c) * c + double(d) * d));
}
XPILER_SIMT_INLINE float rhypotf(float a, float b) { return float(1.0 / std::hypot(double(a), double(b))); }
XPILER_SIMT_INLINE double erfcx(double x) {
  return x < 25 ? std::exp(x * x) * std::erfc(x) : 1 / (x * std::sqrt(M_PI)) * (1 - 0.5 / (x * x));
}
XPILER_SIMT_INLINE float erfcxf(float x) { return float(erfcx(x)); }
/// Newton's steps on erf from a rational start.
inline double erfinv(double y) {
  if (!(std::fabs(y) < 1)) return y == 1 ? INFINITY : y == -1 ? -INFINITY : NAN;
  double w = std::log(1 - y * y), t = 2 / (M_PI * 0.147) + w / 2;
  double x = std::copysign(std::sqrt(std::sqrt(t * t - w / 0.147) - t), y);
  for (int i = 0; i < 4; ++i) x += (std::erfc(std::fabs(x)) - (1 - std::fabs(y))) / (M_2_SQRTPI * std::exp(-x * x)) * (y < 0 ? -1 : 1);
  return x;
}
XPILER_SIMT_INLINE float erfinvf(float y) { return float(erfinv(y)); }
XPILER_SIMT_INLINE double erfcinv(double y) { return erfinv(1 - y); }
XPILER_SIMT_INLINE float erfcinvf(float y) { return float(erfcinv(y)); }
XPILER_SIMT_INLINE double sinpi(double x) { return std::sin(M_PI * std::fmod(x, 2.0)); }
XPILER_SIMT_INLINE double cospi(double x) { return std::cos(M_PI * std::fmod(x, 2.0)); }
XPILER_SIMT_INLINE float normcdfinvf(float y) { return float(M_SQRT2 * erfinv(2.0 * double(y) - 1)); }
XPILER_SIMT_INLINE unsigned umin(unsigned a, unsigned b) { return a < b ? a : b; }
XPILER_SIMT_INLINE unsigned umax(unsigned a, unsigned b) { return a > b ? a : b; }
XPILER_SIMT_INLINE unsigned long long ullmin(unsigned long long a, unsigned long long b) { return a < b ? a : b; }
XPILER_SIMT_INLINE unsigned long long ullmax(unsigned long long a, unsigned long long b) { return a < b ? b : a; }
XPILER_SIMT_INLINE long long llmin(long long a, long long b) { return a < b ? a : b; }
XPILER_SIMT_INLINE long long llmax(long long a, long long b) { return a > b ? a : b; }
XPILER_SIMT_INLINE float saturate(float x) { return x > 0 ? (x < 1 ? x : 1.0f) : 0.0f; }

// --- fast intrinsics -------------------------------------------------------------------------

XPILER_SIMT_INLINE float __expf(float x) { return xpiler_simt::fast_exp(x); }
XPILER_SIMT_INLINE float __exp10f(float x) { return xpiler_simt::fast_exp10(x); }
// glibc declares these names with C linkage; the macros reach past it.
#define __logf(x) ::xpiler_simt::fast_log(x)
#define __log2f(x) ::xpiler_simt::fast_log2(x)
#define __log10f(x) ::xpiler_simt::fast_log10(x)
#define __sinf(x) ::xpiler_simt::fast_sin(x)
#define __cosf(x) ::xpiler_simt::fast_cos(x)
#define __tanf(x) ::xpiler_simt::fast_tan(x)
#define __powf(x, y) ::xpiler_simt::fast_pow(x, y)
#define __sincosf(x, s, c) ::xpiler_simt::fast_sincos(x, s, c)
namespace xpiler_simt {
XPILER_SIMT_INLINE void fast_sincos(float x, float *s, float *c) { *s = fast_sin(x), *c = fast_cos(x); }
} // namespace xpiler_simt
XPILER_SIMT_INLINE float __fdividef(float a, float b) { return xpiler_simt::fast_divide(a, b); }
XPILER_SIMT_INLINE float __saturatef(float x) { return saturate(x); }
XPILER_SIMT_INLINE float __tanhf(float x) { return xpiler_simt::fast_tanh(x); }

// --- named roundings -------------------------------------------------------------------------

XPILER_SIMT_INLINE float __fadd_rn(float a, float b) { return a + b; }
XPILER_SIMT_INLINE float __fsub_rn(float a, float b) { return a - b; }
XPILER_SIMT_INLINE float __fmul_rn(float a, float b) { return a * b; }
XPILER_SIMT_INLINE float __fdiv_rn(float a, float b) { return a / b; }
XPILER_SIMT_INLINE float __fsqrt_rn(float a) { return sqrtf(a); }
XPILER_SIMT_INLINE float __frcp_rn(float a) { return 1.0f / a; }
XPILER_SIMT_INLINE float __frsqrt_rn(float a) { return float(1.0 / std::sqrt(double(a))); }
XPILER_SIMT_INLINE float __fmaf_rn(float a, float b, float c) { return fmaf(a, b, c); }
XPILER_SIMT_INLINE double __dadd_rn(double a, double b) { return a + b; }
XPILER_SIMT_INLINE double __dmul_rn(double a, double b) { return a * b; }
XPILER_SIMT_INLINE double __fma_rn(double a, double b, double c) { return fma(a, b, c); }

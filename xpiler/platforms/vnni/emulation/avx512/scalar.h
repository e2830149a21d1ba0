// Scalar forms in the low lane, and bit-manipulation instructions on general registers.
#pragma once
#include "convert.h"
#include "registers.h"

#define XPILER_LOW(NAME, ...) \
  inline __m128 _mm_##NAME##_ss(__m128 va, __m128 vb) { \
    const float a = va[0], b = vb[0]; \
    va[0] = __VA_ARGS__; \
    return va; \
  } \
  inline __m128d _mm_##NAME##_sd(__m128d va, __m128d vb) { \
    const double a = va[0], b = vb[0]; \
    va[0] = __VA_ARGS__; \
    return va; \
  }
XPILER_LOW(add, a + b)
XPILER_LOW(sub, a - b)
XPILER_LOW(mul, a *b)
XPILER_LOW(div, a / b)
XPILER_LOW(max, a > b ? a : b)
XPILER_LOW(min, a < b ? a : b)
XPILER_LOW(move, ((void)a, b))
#undef XPILER_LOW
inline __m128 _mm_sqrt_ss(__m128 a) {
  a[0] = __builtin_sqrtf(a[0]);
  return a;
}
inline __m128 _mm_rcp_ss(__m128 a) {
  a[0] = 1.0f / a[0];
  return a;
}
inline __m128 _mm_rsqrt_ss(__m128 a) {
  a[0] = float(1.0 / __builtin_sqrt(double(a[0])));
  return a;
}
inline __m128 _mm_fmadd_ss(__m128 a, __m128 b, __m128 c) {
  a[0] = __builtin_fmaf(a[0], b[0], c[0]);
  return a;
}
inline int _mm_cvtss_si32(__m128 a) { return xpiler_avx512::to_integer<int>(a[0], _MM_FROUND_TO_NEAREST_INT); }
inline int _mm_cvttss_si32(__m128 a) { return xpiler_avx512::to_integer<int>(a[0], _MM_FROUND_TO_ZERO); }
inline __m128 _mm_cvtsi32_ss(__m128 a, int x) {
  a[0] = float(x);
  return a;
}

inline unsigned _lzcnt_u32(unsigned x) { return x ? __builtin_clz(x) : 32; }
inline unsigned long long _lzcnt_u64(unsigned long long x) { return x ? __builtin_clzll(x) : 64; }
inline unsigned _tzcnt_u32(unsigned x) { return x ? __builtin_ctz(x) : 32; }
inline unsigned long long _tzcnt_u64(unsigned long long x) { return x ? __builtin_ctzll(x) : 64; }
inline unsigned _blsr_u32(unsigned x) { return x & (x - 1); }
inline unsigned long long _blsr_u64(unsigned long long x) { return x & (x - 1); }
inline unsigned _bzhi_u32(unsigned x, unsigned n) { return (n & 255) < 32 ? x & ((1u << (n & 255)) - 1) : x; }
inline unsigned long long _bzhi_u64(unsigned long long x, unsigned n) { return (n & 255) < 64 ? x & ((1ull << (n & 255)) - 1) : x; }
inline int _mm_popcnt_u32(unsigned x) { return __builtin_popcount(x); }
inline long long _mm_popcnt_u64(unsigned long long x) { return __builtin_popcountll(x); }
inline unsigned long long _pext_u64(unsigned long long x, unsigned long long mask) {
  unsigned long long out = 0;
  for (int i = 0, n = 0; i < 64; i++)
    if (mask >> i & 1) out |= (x >> i & 1) << n++;
  return out;
}
inline unsigned long long _pdep_u64(unsigned long long x, unsigned long long mask) {
  unsigned long long out = 0;
  for (int i = 0, n = 0; i < 64; i++)
    if (mask >> i & 1) out |= (x >> n++ & 1) << i;
  return out;
}
inline unsigned _pext_u32(unsigned x, unsigned mask) { return unsigned(_pext_u64(x, mask)); }
inline unsigned _pdep_u32(unsigned x, unsigned mask) { return unsigned(_pdep_u64(x, mask)); }
inline unsigned _mm_getcsr() { return 0x1f80; }
inline void _mm_setcsr(unsigned) {}
#define _MM_FLUSH_ZERO_ON 0x8000
#define _MM_SET_FLUSH_ZERO_MODE(mode) ((void)(mode))
#define _MM_DENORMALS_ZERO_ON 0x40
#define _MM_SET_DENORMALS_ZERO_MODE(mode) ((void)(mode))

// Registers from scalars.
#pragma once
#include "registers.h"

namespace xpiler_avx512 {

template <class T, int W>
inline reg<T, W> all(T x) {
  Lanes<T, W> out;
  for (int i = 0; i < count<T, W>; i++) out[i] = x;
  return pack<T, W>(out);
}

/// Lane 0 first (setr); `reversed`: the last lane first (set).
template <class T, int W, bool reversed, class... Scalars>
inline reg<T, W> each(Scalars... scalars) {
  static_assert(sizeof...(scalars) == count<T, W>, "one scalar a lane");
  const T in[] = {T(scalars)...};
  Lanes<T, W> out;
  for (int i = 0; i < count<T, W>; i++) out[i] = in[reversed ? count<T, W> - 1 - i : i];
  return pack<T, W>(out);
}

} // namespace xpiler_avx512

#define XPILER_SET1(P, W, NAME, T, C) \
  inline XPILER_REG(T, W) P##_set1_##NAME(C x) { return xpiler_avx512::all<T, W>(T(x)); }
#define XPILER_SET1_MASKED(P, W, NAME, T, C) \
  inline XPILER_REG(T, W) P##_mask_set1_##NAME(XPILER_REG(T, W) src, XPILER_MASK(T, W) k, C x) { \
    return xpiler_avx512::blend<T, W>(k, src, xpiler_avx512::all<T, W>(T(x))); \
  } \
  inline XPILER_REG(T, W) P##_maskz_set1_##NAME(XPILER_MASK(T, W) k, C x) { \
    return xpiler_avx512::blend<T, W>(k, XPILER_REG(T, W){}, xpiler_avx512::all<T, W>(T(x))); \
  }
XPILER_WIDTHS(XPILER_SET1, ps, float, float)
XPILER_WIDTHS(XPILER_SET1, pd, double, double)
XPILER_WIDTHS(XPILER_SET1, epi8, xpiler_avx512::i8, char)
XPILER_WIDTHS(XPILER_SET1, epi16, xpiler_avx512::i16, short)
XPILER_WIDTHS(XPILER_SET1, epi32, xpiler_avx512::i32, int)
XPILER_NARROW(XPILER_SET1, epi64x, xpiler_avx512::i64, long long)
XPILER_WIDE(XPILER_SET1, epi64, xpiler_avx512::i64, long long)
XPILER_WIDTHS(XPILER_SET1_MASKED, epi8, xpiler_avx512::i8, char)
XPILER_WIDTHS(XPILER_SET1_MASKED, epi16, xpiler_avx512::i16, short)
XPILER_WIDTHS(XPILER_SET1_MASKED, epi32, xpiler_avx512::i32, int)
XPILER_WIDTHS(XPILER_SET1_MASKED, epi64, xpiler_avx512::i64, long long)
#undef XPILER_SET1
#undef XPILER_SET1_MASKED

#define XPILER_SET(P, W, NAME, T) \
  template <class... Scalars> \
  inline XPILER_REG(T, W) P##_set_##NAME(Scalars... scalars) { \
    return xpiler_avx512::each<T, W, true>(scalars...); \
  } \
  template <class... Scalars> \
  inline XPILER_REG(T, W) P##_setr_##NAME(Scalars... scalars) { \
    return xpiler_avx512::each<T, W, false>(scalars...); \
  }
XPILER_WIDTHS(XPILER_SET, ps, float)
XPILER_WIDTHS(XPILER_SET, pd, double)
XPILER_WIDTHS(XPILER_SET, epi8, xpiler_avx512::i8)
XPILER_WIDTHS(XPILER_SET, epi16, xpiler_avx512::i16)
XPILER_WIDTHS(XPILER_SET, epi32, xpiler_avx512::i32)
XPILER_WIDE(XPILER_SET, epi64, xpiler_avx512::i64)
XPILER_NARROW(XPILER_SET, epi64x, xpiler_avx512::i64)
#undef XPILER_SET

inline __m512 _mm512_set4_ps(float d, float c, float b, float a) { return _mm512_setr_ps(a, b, c, d, a, b, c, d, a, b, c, d, a, b, c, d); }
inline __m512i _mm512_set4_epi32(int d, int c, int b, int a) { return _mm512_setr_epi32(a, b, c, d, a, b, c, d, a, b, c, d, a, b, c, d); }

#define XPILER_ZERO(P, W) \
  inline __m##W P##_setzero_ps() { return __m##W{}; } \
  inline __m##W##d P##_setzero_pd() { return __m##W##d{}; } \
  inline __m##W##i P##_setzero_si##W() { return __m##W##i{}; } \
  inline __m##W P##_undefined_ps() { return __m##W{}; } \
  inline __m##W##d P##_undefined_pd() { return __m##W##d{}; }
XPILER_ZERO(_mm, 128)
XPILER_ZERO(_mm256, 256)
XPILER_ZERO(_mm512, 512)
#undef XPILER_ZERO
inline __m128i _mm_undefined_si128() { return __m128i{}; }
inline __m256i _mm256_undefined_si256() { return __m256i{}; }
inline __m512i _mm512_undefined_epi32() { return __m512i{}; }
inline __m512i _mm512_setzero_epi32() { return __m512i{}; }
inline __m512 _mm512_setzero() { return __m512{}; }
#define _mm512_undefined _mm512_undefined_ps
inline __m128 _mm_set_ss(float x) { return __m128{x}; }
inline __m128d _mm_set_sd(double x) { return __m128d{x}; }
inline __m128 _mm_set_ps1(float x) { return _mm_set1_ps(x); }
inline __m256i _mm256_set_m128i(__m128i high, __m128i low) {
  const __m128i halves[] = {low, high};
  return xpiler_avx512::bits<__m256i>(halves);
}
inline __m256 _mm256_set_m128(__m128 high, __m128 low) {
  const __m128 halves[] = {low, high};
  return xpiler_avx512::bits<__m256>(halves);
}
inline __m256 _mm256_setr_m128(__m128 low, __m128 high) { return _mm256_set_m128(high, low); }

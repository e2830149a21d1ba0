// Reinterpretation, and parts of registers: cast, extract, insert, broadcast.
#pragma once
#include "registers.h"

#define XPILER_CAST(P, NAME, TO, FROM) \
  inline TO P##_##NAME(FROM v) { return TO(v); }
#define XPILER_CASTS(P, W) \
  XPILER_CAST(P, castps_pd, __m##W##d, __m##W) \
  XPILER_CAST(P, castpd_ps, __m##W, __m##W##d) \
  XPILER_CAST(P, castps_si##W, __m##W##i, __m##W) \
  XPILER_CAST(P, castpd_si##W, __m##W##i, __m##W##d) \
  XPILER_CAST(P, castsi##W##_ps, __m##W, __m##W##i) \
  XPILER_CAST(P, castsi##W##_pd, __m##W##d, __m##W##i)
XPILER_CASTS(_mm, 128)
XPILER_CASTS(_mm256, 256)
XPILER_CASTS(_mm512, 512)
#undef XPILER_CASTS
#undef XPILER_CAST

namespace xpiler_avx512 {

/// Part `index` of a register cut into parts of type V.
template <class V, class Whole>
inline V part(const Whole &whole, int index) {
  V v;
  std::memcpy(&v, reinterpret_cast<const char *>(&whole) + (index % int(sizeof(Whole) / sizeof(V))) * sizeof(V), sizeof v);
  return v;
}

template <class Whole, class V>
inline Whole with_part(Whole whole, const V &v, int index) {
  std::memcpy(reinterpret_cast<char *>(&whole) + (index % int(sizeof(Whole) / sizeof(V))) * sizeof(V), &v, sizeof v);
  return whole;
}

/// V repeated over the register.
template <class Whole, class V>
inline Whole repeated(const V &v) {
  Whole whole{};
  for (int i = 0; i < int(sizeof(Whole) / sizeof(V)); i++) whole = with_part(whole, v, i);
  return whole;
}

} // namespace xpiler_avx512

// To a smaller register (its low part) and to a larger one (zeros above: the instructions leave them undefined, zext does not).
#define XPILER_RESIZE(P, SMALL, LARGE, SMALL_NAME, LARGE_NAME) \
  inline SMALL P##_cast##LARGE_NAME##_##SMALL_NAME(LARGE v) { return xpiler_avx512::part<SMALL>(v, 0); } \
  inline LARGE P##_cast##SMALL_NAME##_##LARGE_NAME(SMALL v) { return xpiler_avx512::with_part(LARGE{}, v, 0); } \
  inline LARGE P##_zext##SMALL_NAME##_##LARGE_NAME(SMALL v) { return xpiler_avx512::with_part(LARGE{}, v, 0); }
XPILER_RESIZE(_mm256, __m128, __m256, ps128, ps256)
XPILER_RESIZE(_mm256, __m128d, __m256d, pd128, pd256)
XPILER_RESIZE(_mm256, __m128i, __m256i, si128, si256)
XPILER_RESIZE(_mm512, __m128, __m512, ps128, ps512)
XPILER_RESIZE(_mm512, __m128d, __m512d, pd128, pd512)
XPILER_RESIZE(_mm512, __m128i, __m512i, si128, si512)
XPILER_RESIZE(_mm512, __m256, __m512, ps256, ps512)
XPILER_RESIZE(_mm512, __m256d, __m512d, pd256, pd512)
XPILER_RESIZE(_mm512, __m256i, __m512i, si256, si512)
#undef XPILER_RESIZE

#define XPILER_PART(P, EXTRACT, INSERT, SMALL, LARGE) \
  inline SMALL P##_##EXTRACT(LARGE v, int index) { return xpiler_avx512::part<SMALL>(v, index); } \
  inline LARGE P##_##INSERT(LARGE v, SMALL x, int index) { return xpiler_avx512::with_part(v, x, index); }
XPILER_PART(_mm256, extractf128_ps, insertf128_ps, __m128, __m256)
XPILER_PART(_mm256, extractf128_pd, insertf128_pd, __m128d, __m256d)
XPILER_PART(_mm256, extractf128_si256, insertf128_si256, __m128i, __m256i)
XPILER_PART(_mm256, extracti128_si256, inserti128_si256, __m128i, __m256i)
XPILER_PART(_mm256, extractf32x4_ps, insertf32x4, __m128, __m256)
XPILER_PART(_mm256, extracti32x4_epi32, inserti32x4, __m128i, __m256i)
XPILER_PART(_mm512, extractf32x4_ps, insertf32x4, __m128, __m512)
XPILER_PART(_mm512, extractf64x2_pd, insertf64x2, __m128d, __m512d)
XPILER_PART(_mm512, extracti32x4_epi32, inserti32x4, __m128i, __m512i)
XPILER_PART(_mm512, extracti64x2_epi64, inserti64x2, __m128i, __m512i)
XPILER_PART(_mm512, extractf32x8_ps, insertf32x8, __m256, __m512)
XPILER_PART(_mm512, extractf64x4_pd, insertf64x4, __m256d, __m512d)
XPILER_PART(_mm512, extracti32x8_epi32, inserti32x8, __m256i, __m512i)
XPILER_PART(_mm512, extracti64x4_epi64, inserti64x4, __m256i, __m512i)
#undef XPILER_PART

#define XPILER_REPEAT(P, NAME, TO, FROM, T, W) \
  inline TO P##_##NAME(FROM v) { return xpiler_avx512::repeated<TO>(v); } \
  inline TO P##_maskz_##NAME(XPILER_MASK(T, W) k, FROM v) { return xpiler_avx512::blend<T, W>(k, TO{}, P##_##NAME(v)); } \
  inline TO P##_mask_##NAME(TO src, XPILER_MASK(T, W) k, FROM v) { return xpiler_avx512::blend<T, W>(k, src, P##_##NAME(v)); }
XPILER_REPEAT(_mm256, broadcast_f32x4, __m256, __m128, float, 256)
XPILER_REPEAT(_mm512, broadcast_f32x4, __m512, __m128, float, 512)
XPILER_REPEAT(_mm512, broadcast_f32x8, __m512, __m256, float, 512)
XPILER_REPEAT(_mm512, broadcast_f64x2, __m512d, __m128d, double, 512)
XPILER_REPEAT(_mm512, broadcast_f64x4, __m512d, __m256d, double, 512)
XPILER_REPEAT(_mm256, broadcast_i32x4, __m256i, __m128i, int, 256)
XPILER_REPEAT(_mm512, broadcast_i32x4, __m512i, __m128i, int, 512)
XPILER_REPEAT(_mm512, broadcast_i32x8, __m512i, __m256i, int, 512)
XPILER_REPEAT(_mm512, broadcast_i64x2, __m512i, __m128i, long long, 512)
XPILER_REPEAT(_mm512, broadcast_i64x4, __m512i, __m256i, long long, 512)
#undef XPILER_REPEAT
inline __m256i _mm256_broadcastsi128_si256(__m128i v) { return xpiler_avx512::repeated<__m256i>(v); }

// Lane 0 of a 128-bit register in every lane.
#define XPILER_BROADCAST(P, W, NAME, T) \
  inline XPILER_REG(T, W) P##_##NAME(XPILER_REG(T, 128) v) { \
    return xpiler_avx512::repeated<XPILER_REG(T, W)>(xpiler_avx512::lanes<T, 128>(v)[0]); \
  } \
  inline XPILER_REG(T, W) P##_mask_##NAME(XPILER_REG(T, W) src, XPILER_MASK(T, W) k, XPILER_REG(T, 128) v) { \
    return xpiler_avx512::blend<T, W>(k, src, P##_##NAME(v)); \
  } \
  inline XPILER_REG(T, W) P##_maskz_##NAME(XPILER_MASK(T, W) k, XPILER_REG(T, 128) v) { \
    return xpiler_avx512::blend<T, W>(k, XPILER_REG(T, W){}, P##_##NAME(v)); \
  }
XPILER_WIDTHS(XPILER_BROADCAST, broadcastss_ps, float)
XPILER_256_512(XPILER_BROADCAST, broadcastsd_pd, double)
XPILER_WIDTHS(XPILER_BROADCAST, broadcastb_epi8, xpiler_avx512::i8)
XPILER_WIDTHS(XPILER_BROADCAST, broadcastw_epi16, xpiler_avx512::i16)
XPILER_WIDTHS(XPILER_BROADCAST, broadcastd_epi32, xpiler_avx512::i32)
XPILER_WIDTHS(XPILER_BROADCAST, broadcastq_epi64, xpiler_avx512::i64)
#undef XPILER_BROADCAST

#define XPILER_FIRST(P, W) \
  inline float P##_cvtss_f32(__m##W v) { return v[0]; } \
  inline double P##_cvtsd_f64(__m##W##d v) { return v[0]; } \
  inline int P##_cvtsi##W##_si32(__m##W##i v) { return int(v[0]); }
XPILER_FIRST(_mm, 128)
XPILER_FIRST(_mm256, 256)
XPILER_FIRST(_mm512, 512)
#undef XPILER_FIRST
inline long long _mm_cvtsi128_si64(__m128i v) { return v[0]; }
inline __m128i _mm_cvtsi32_si128(int x) { return __m128i{static_cast<long long>(static_cast<unsigned>(x))}; }
inline __m128i _mm_cvtsi64_si128(long long x) { return __m128i{x}; }

// Single lanes; extract of 8 and 16 bits is zero-extended.
#define XPILER_LANE(P, W, BITS, R) \
  inline R P##_extract_epi##BITS(__m##W##i v, int i) { return static_cast<R>(xpiler_avx512::part<xpiler_avx512::u##BITS>(v, i)); } \
  inline __m##W##i P##_insert_epi##BITS(__m##W##i v, R x, int i) { return xpiler_avx512::with_part(v, xpiler_avx512::u##BITS(x), i); }
XPILER_NARROW(XPILER_LANE, 8, int)
XPILER_NARROW(XPILER_LANE, 16, int)
XPILER_NARROW(XPILER_LANE, 32, int)
XPILER_NARROW(XPILER_LANE, 64, long long)
#undef XPILER_LANE
inline int _mm_extract_ps(__m128 v, int i) { return xpiler_avx512::bits<int>(float(v[i & 3])); }

// Conversions between element types; the lanes that fit both registers, zeros above.
#pragma once
#include "arithmetic.h"
#include "registers.h"

namespace xpiler_avx512 {

/// Float to integer as the instructions do: the "indefinite" value where it does not fit.
template <class I>
inline I to_integer(double x, int mode) {
  const double r = to_integral(x, mode);
  const double low = double(std::numeric_limits<I>::min()), beyond = std::ldexp(1.0, std::numeric_limits<I>::digits);
  if (!(r >= low && r < beyond)) return std::is_signed_v<I> ? std::numeric_limits<I>::min() : std::numeric_limits<I>::max();
  return I(r);
}

template <class To, int WT, class From, int WF, class V, class F>
inline reg<To, WT> convert(V v, F f, const reg<To, WT> &above = reg<To, WT>{}) {
  constexpr int n = count<To, WT> < count<From, WF> ? count<To, WT> : count<From, WF>;
  const auto in = lanes<From, WF>(v);
  auto out = lanes<To, WT>(above);
  for (int i = 0; i < n; i++) out[i] = f(in[i]);
  return pack<To, WT>(out);
}

inline float half_to_float(u16 h) {
  const int exponent = h >> 10 & 31, fraction = h & 1023;
  float magnitude;
  if (exponent == 31) magnitude = fraction ? std::numeric_limits<float>::quiet_NaN() : INFINITY;
  else if (exponent) magnitude = std::ldexp(float(1024 + fraction), exponent - 25);
  else magnitude = std::ldexp(float(fraction), -24);
  return h & 0x8000 ? -magnitude : magnitude;
}

inline u16 float_to_half(float x, int mode) {
  const u16 sign = std::signbit(x) ? 0x8000 : 0;
  if (x != x) return sign | 0x7e00;
  if (std::isinf(x)) return sign | 0x7c00;
  if (x == 0) return sign;
  int exponent;
  std::frexp(x, &exponent);
  const int place = exponent - 11 < -24 ? -24 : exponent - 11;
  const double rounded = std::fabs(std::ldexp(to_integral(std::ldexp(double(x), -place), mode), place));
  if (rounded > 65504) {
    const int direction = mode & 3;
    const bool inwards =
        direction == _MM_FROUND_TO_ZERO || (direction == _MM_FROUND_TO_NEG_INF && !sign) || (direction == _MM_FROUND_TO_POS_INF && sign);
    return sign | (inwards ? 0x7bff : 0x7c00);
  }
  if (rounded < std::ldexp(1.0, -14)) return sign | u16(std::ldexp(rounded, 24));
  std::frexp(rounded, &exponent);
  return sign | u16((exponent + 14) << 10 | (int(std::ldexp(rounded, 11 - exponent)) & 1023));
}

} // namespace xpiler_avx512

// NAME from register (FROM, WF) to (TO, WT); the masked forms have TO's mask where it has as many lanes as are converted.
#define XPILER_CONVERT(P, NAME, TO, WT, FROM, WF, ...) \
  inline XPILER_REG(TO, WT) P##_##NAME(XPILER_REG(FROM, WF) v) { \
    using namespace xpiler_avx512; \
    return convert<TO, WT, FROM, WF>(v, [](FROM a) -> TO { return __VA_ARGS__; }); \
  } \
  inline XPILER_REG(TO, WT) \
      P##_mask_##NAME(XPILER_REG(TO, WT) src, \
                      xpiler_avx512::mask_for<(WT / sizeof(TO) < WF / sizeof(FROM) ? WT / 8 / sizeof(TO) : WF / 8 / sizeof(FROM))> k, \
                      XPILER_REG(FROM, WF) v) { \
    constexpr int n = int(WT / sizeof(TO) < WF / sizeof(FROM) ? WT / 8 / sizeof(TO) : WF / 8 / sizeof(FROM)); \
    auto out = xpiler_avx512::lanes<TO, WT>(P##_##NAME(v)); \
    const auto old = xpiler_avx512::lanes<TO, WT>(src); \
    for (int i = 0; i < n; i++) out[i] = (k >> i & 1) ? out[i] : old[i]; \
    return xpiler_avx512::pack<TO, WT>(out); \
  } \
  inline XPILER_REG(TO, WT) \
      P##_maskz_##NAME(xpiler_avx512::mask_for<(WT / sizeof(TO) < WF / sizeof(FROM) ? WT / 8 / sizeof(TO) : WF / 8 / sizeof(FROM))> k, \
                       XPILER_REG(FROM, WF) v) { \
    return P##_mask_##NAME(XPILER_REG(TO, WT){}, k, v); \
  }
// The same lane count at all widths.
#define XPILER_CONVERT_EQUAL(NAME, TO, FROM, ...) \
  XPILER_CONVERT(_mm, NAME, TO, 128, FROM, 128, __VA_ARGS__) \
  XPILER_CONVERT(_mm256, NAME, TO, 256, FROM, 256, __VA_ARGS__) \
  XPILER_CONVERT(_mm512, NAME, TO, 512, FROM, 512, __VA_ARGS__)
// To elements twice, four and eight times as wide; to elements half, a quarter and an eighth as wide.
#define XPILER_WIDEN2(NAME, TO, FROM, ...) \
  XPILER_CONVERT(_mm, NAME, TO, 128, FROM, 128, __VA_ARGS__) \
  XPILER_CONVERT(_mm256, NAME, TO, 256, FROM, 128, __VA_ARGS__) \
  XPILER_CONVERT(_mm512, NAME, TO, 512, FROM, 256, __VA_ARGS__)
#define XPILER_WIDEN4(NAME, TO, FROM, ...) \
  XPILER_CONVERT(_mm, NAME, TO, 128, FROM, 128, __VA_ARGS__) \
  XPILER_CONVERT(_mm256, NAME, TO, 256, FROM, 128, __VA_ARGS__) \
  XPILER_CONVERT(_mm512, NAME, TO, 512, FROM, 128, __VA_ARGS__)
#define XPILER_NARROW2(NAME, TO, FROM, ...) \
  XPILER_CONVERT(_mm, NAME, TO, 128, FROM, 128, __VA_ARGS__) \
  XPILER_CONVERT(_mm256, NAME, TO, 128, FROM, 256, __VA_ARGS__) \
  XPILER_CONVERT(_mm512, NAME, TO, 256, FROM, 512, __VA_ARGS__)
#define XPILER_NARROW4(NAME, TO, FROM, ...) \
  XPILER_CONVERT(_mm, NAME, TO, 128, FROM, 128, __VA_ARGS__) \
  XPILER_CONVERT(_mm256, NAME, TO, 128, FROM, 256, __VA_ARGS__) \
  XPILER_CONVERT(_mm512, NAME, TO, 128, FROM, 512, __VA_ARGS__)

XPILER_CONVERT_EQUAL(cvtepi32_ps, float, xpiler_avx512::i32, float(a))
XPILER_CONVERT_EQUAL(cvtepu32_ps, float, xpiler_avx512::u32, float(a))
XPILER_CONVERT_EQUAL(cvtps_epi32, xpiler_avx512::i32, float, to_integer<i32>(a, _MM_FROUND_TO_NEAREST_INT))
XPILER_CONVERT_EQUAL(cvttps_epi32, xpiler_avx512::i32, float, to_integer<i32>(a, _MM_FROUND_TO_ZERO))
XPILER_CONVERT_EQUAL(cvtps_epu32, xpiler_avx512::u32, float, to_integer<u32>(a, _MM_FROUND_TO_NEAREST_INT))
XPILER_CONVERT_EQUAL(cvttps_epu32, xpiler_avx512::u32, float, to_integer<u32>(a, _MM_FROUND_TO_ZERO))
XPILER_CONVERT_EQUAL(cvtepi64_pd, double, xpiler_avx512::i64, double(a))
XPILER_CONVERT_EQUAL(cvtepu64_pd, double, xpiler_avx512::u64, double(a))
XPILER_CONVERT_EQUAL(cvtpd_epi64, xpiler_avx512::i64, double, to_integer<i64>(a, _MM_FROUND_TO_NEAREST_INT))
XPILER_CONVERT_EQUAL(cvttpd_epi64, xpiler_avx512::i64, double, to_integer<i64>(a, _MM_FROUND_TO_ZERO))
XPILER_CONVERT_EQUAL(cvtpd_epu64, xpiler_avx512::u64, double, to_integer<u64>(a, _MM_FROUND_TO_NEAREST_INT))
XPILER_CONVERT_EQUAL(cvttpd_epu64, xpiler_avx512::u64, double, to_integer<u64>(a, _MM_FROUND_TO_ZERO))
XPILER_WIDEN2(cvtepi32_pd, double, xpiler_avx512::i32, double(a))
XPILER_WIDEN2(cvtepu32_pd, double, xpiler_avx512::u32, double(a))
XPILER_WIDEN2(cvtps_epi64, xpiler_avx512::i64, float, to_integer<i64>(a, _MM_FROUND_TO_NEAREST_INT))
XPILER_WIDEN2(cvttps_epi64, xpiler_avx512::i64, float, to_integer<i64>(a, _MM_FROUND_TO_ZERO))
XPILER_WIDEN2(cvtps_epu64, xpiler_avx512::u64, float, to_integer<u64>(a, _MM_FROUND_TO_NEAREST_INT))
XPILER_WIDEN2(cvttps_epu64, xpiler_avx512::u64, float, to_integer<u64>(a, _MM_FROUND_TO_ZERO))
XPILER_WIDEN2(cvtps_pd, double, float, double(a))
XPILER_NARROW2(cvtpd_ps, float, double, float(a))
XPILER_NARROW2(cvtepi64_ps, float, xpiler_avx512::i64, float(a))
XPILER_NARROW2(cvtepu64_ps, float, xpiler_avx512::u64, float(a))
XPILER_NARROW2(cvtpd_epu32, xpiler_avx512::u32, double, to_integer<u32>(a, _MM_FROUND_TO_NEAREST_INT))
XPILER_NARROW2(cvttpd_epu32, xpiler_avx512::u32, double, to_integer<u32>(a, _MM_FROUND_TO_ZERO))
XPILER_NARROW2(cvtpd_epi32, xpiler_avx512::i32, double, to_integer<i32>(a, _MM_FROUND_TO_NEAREST_INT))
XPILER_NARROW2(cvttpd_epi32, xpiler_avx512::i32, double, to_integer<i32>(a, _MM_FROUND_TO_ZERO))

XPILER_WIDEN2(cvtepi8_epi16, xpiler_avx512::i16, xpiler_avx512::i8, a)
XPILER_WIDEN2(cvtepu8_epi16, xpiler_avx512::i16, xpiler_avx512::u8, a)
XPILER_WIDEN2(cvtepi16_epi32, xpiler_avx512::i32, xpiler_avx512::i16, a)
XPILER_WIDEN2(cvtepu16_epi32, xpiler_avx512::i32, xpiler_avx512::u16, a)
XPILER_WIDEN2(cvtepi32_epi64, xpiler_avx512::i64, xpiler_avx512::i32, a)
XPILER_WIDEN2(cvtepu32_epi64, xpiler_avx512::i64, xpiler_avx512::u32, a)
XPILER_WIDEN4(cvtepi8_epi32, xpiler_avx512::i32, xpiler_avx512::i8, a)
XPILER_WIDEN4(cvtepu8_epi32, xpiler_avx512::i32, xpiler_avx512::u8, a)
XPILER_WIDEN4(cvtepi16_epi64, xpiler_avx512::i64, xpiler_avx512::i16, a)
XPILER_WIDEN4(cvtepu16_epi64, xpiler_avx512::i64, xpiler_avx512::u16, a)
XPILER_WIDEN4(cvtepi8_epi64, xpiler_avx512::i64, xpiler_avx512::i8, a)
XPILER_WIDEN4(cvtepu8_epi64, xpiler_avx512::i64, xpiler_avx512::u8, a)

// Narrowing: the low bits, signed saturation, unsigned saturation (of an unsigned source).
#define XPILER_NARROWING(FORM, WIDE_BITS, NARROW_BITS) \
  FORM(cvtepi##WIDE_BITS##_epi##NARROW_BITS, xpiler_avx512::i##NARROW_BITS, xpiler_avx512::i##WIDE_BITS, i##NARROW_BITS(a)) \
  FORM(cvtsepi##WIDE_BITS##_epi##NARROW_BITS, xpiler_avx512::i##NARROW_BITS, xpiler_avx512::i##WIDE_BITS, clamped<i##NARROW_BITS>(a)) \
  FORM(cvtusepi##WIDE_BITS##_epi##NARROW_BITS, xpiler_avx512::u##NARROW_BITS, xpiler_avx512::u##WIDE_BITS, \
       a > std::numeric_limits<u##NARROW_BITS>::max() ? std::numeric_limits<u##NARROW_BITS>::max() : u##NARROW_BITS(a))
XPILER_NARROWING(XPILER_NARROW2, 16, 8)
XPILER_NARROWING(XPILER_NARROW2, 32, 16)
XPILER_NARROWING(XPILER_NARROW2, 64, 32)
XPILER_NARROWING(XPILER_NARROW4, 32, 8)
XPILER_NARROWING(XPILER_NARROW4, 64, 16)
XPILER_NARROWING(XPILER_NARROW4, 64, 8)
#undef XPILER_NARROWING

#define XPILER_NARROWING_STORE(P, W, NAME, T, N) \
  inline void P##_mask_##NAME##_storeu_epi##N(void *p, XPILER_MASK(xpiler_avx512::T, W) k, __m##W##i v) { \
    const auto out = \
        xpiler_avx512::bits<xpiler_avx512::Lanes<xpiler_avx512::i##N, int(sizeof(P##_##NAME##_epi##N(v)) * 8)>>(P##_##NAME##_epi##N(v)); \
    for (int i = 0; i < xpiler_avx512::count<xpiler_avx512::T, W>; i++) \
      if (k >> i & 1) std::memcpy(static_cast<char *>(p) + i * sizeof out[i], &out[i], sizeof out[i]); \
  }
XPILER_WIDTHS(XPILER_NARROWING_STORE, cvtepi32, i32, 8)
XPILER_WIDTHS(XPILER_NARROWING_STORE, cvtsepi32, i32, 8)
XPILER_WIDTHS(XPILER_NARROWING_STORE, cvtusepi32, i32, 8)
XPILER_WIDTHS(XPILER_NARROWING_STORE, cvtepi32, i32, 16)
XPILER_WIDTHS(XPILER_NARROWING_STORE, cvtsepi32, i32, 16)
XPILER_WIDTHS(XPILER_NARROWING_STORE, cvtepi16, i16, 8)
XPILER_WIDTHS(XPILER_NARROWING_STORE, cvtsepi16, i16, 8)
#undef XPILER_NARROWING_STORE

// Rounding given at the call.
#define XPILER_CVT_ROUND(P, NAME, TO, W, FROM, ...) \
  inline XPILER_REG(TO, W) P##_##NAME(XPILER_REG(FROM, 512) v, int mode) { \
    using namespace xpiler_avx512; \
    return convert<TO, W, FROM, 512>(v, [mode](FROM a) -> TO { return __VA_ARGS__; }); \
  }
XPILER_CVT_ROUND(_mm512, cvt_roundps_epi32, xpiler_avx512::i32, 512, float, to_integer<i32>(a, mode))
XPILER_CVT_ROUND(_mm512, cvt_roundpd_epi32, xpiler_avx512::i32, 256, double, to_integer<i32>(a, mode))
XPILER_CVT_ROUND(_mm512, cvt_roundps_epu32, xpiler_avx512::u32, 512, float, to_integer<u32>(a, mode))
XPILER_CVT_ROUND(_mm512, cvtt_roundps_epi32, xpiler_avx512::i32, 512, float, to_integer<i32>(a, (void(mode), _MM_FROUND_TO_ZERO)))
#undef XPILER_CVT_ROUND

// Half precision.
XPILER_CONVERT(_mm, cvtph_ps, float, 128, xpiler_avx512::u16, 128, half_to_float(a))
XPILER_CONVERT(_mm256, cvtph_ps, float, 256, xpiler_avx512::u16, 128, half_to_float(a))
XPILER_CONVERT(_mm512, cvtph_ps, float, 512, xpiler_avx512::u16, 256, half_to_float(a))
inline __m512 _mm512_cvt_roundph_ps(__m256i v, int) { return _mm512_cvtph_ps(v); }
#define XPILER_TO_HALF(P, NAME, WT, WF) \
  inline __m##WT##i P##_##NAME(__m##WF v, int mode) { \
    using namespace xpiler_avx512; \
    return convert<u16, WT, float, WF>(v, [mode](float a) { return float_to_half(a, mode); }); \
  } \
  inline __m##WT##i P##_maskz_##NAME(XPILER_MASK(float, WF) k, __m##WF v, int mode) { \
    return xpiler_avx512::blend<xpiler_avx512::u16, WT>(k, __m##WT##i{}, P##_##NAME(v, mode)); \
  } \
  inline __m##WT##i P##_mask_##NAME(__m##WT##i src, XPILER_MASK(float, WF) k, __m##WF v, int mode) { \
    return xpiler_avx512::blend<xpiler_avx512::u16, WT>(k, src, P##_##NAME(v, mode)); \
  }
XPILER_TO_HALF(_mm, cvtps_ph, 128, 128)
XPILER_TO_HALF(_mm256, cvtps_ph, 128, 256)
XPILER_TO_HALF(_mm512, cvtps_ph, 256, 512)
XPILER_TO_HALF(_mm512, cvt_roundps_ph, 256, 512)
#undef XPILER_TO_HALF
inline float _cvtsh_ss(unsigned short h) { return xpiler_avx512::half_to_float(h); }
inline unsigned short _cvtss_sh(float x, int mode) { return xpiler_avx512::float_to_half(x, mode); }
#undef XPILER_CONVERT_EQUAL
#undef XPILER_WIDEN2
#undef XPILER_WIDEN4
#undef XPILER_NARROW2
#undef XPILER_NARROW4

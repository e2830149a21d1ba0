// Integer dot products (VNNI), multiply-add pairs, sums of absolute differences, bfloat16.
#pragma once
#include "convert.h"
#include "registers.h"

namespace xpiler_avx512 {

/// Groups of 4 / sizeof(A) products added to each 32-bit lane; the whole sum saturates once where asked.
template <class A, class B, bool saturating, int W, class V>
inline V dot(V vsum, V va, V vb) {
  constexpr int group = 4 / sizeof(A);
  auto sum = lanes<i32, W>(vsum);
  const auto a = lanes<A, W>(va);
  const auto b = lanes<B, W>(vb);
  for (int i = 0; i < count<i32, W>; i++) {
    i64 total = sum[i];
    for (int j = 0; j < group; j++) total += i64(a[i * group + j]) * b[i * group + j];
    sum[i] = saturating ? clamped<i32>(total) : i32(u32(u64(total)));
  }
  return pack<i32, W>(sum);
}

} // namespace xpiler_avx512

#define XPILER_DOT(P, W, NAME, A, B, SATURATING) \
  inline __m##W##i P##_##NAME(__m##W##i sum, __m##W##i a, __m##W##i b) { \
    return xpiler_avx512::dot<xpiler_avx512::A, xpiler_avx512::B, SATURATING, W>(sum, a, b); \
  } \
  inline __m##W##i P##_mask_##NAME(__m##W##i sum, XPILER_MASK(int, W) k, __m##W##i a, __m##W##i b) { \
    return xpiler_avx512::blend<int, W>(k, sum, P##_##NAME(sum, a, b)); \
  } \
  inline __m##W##i P##_maskz_##NAME(XPILER_MASK(int, W) k, __m##W##i sum, __m##W##i a, __m##W##i b) { \
    return xpiler_avx512::blend<int, W>(k, __m##W##i{}, P##_##NAME(sum, a, b)); \
  }
XPILER_WIDTHS(XPILER_DOT, dpbusd_epi32, u8, i8, false)
XPILER_WIDTHS(XPILER_DOT, dpbusds_epi32, u8, i8, true)
XPILER_WIDTHS(XPILER_DOT, dpwssd_epi32, i16, i16, false)
XPILER_WIDTHS(XPILER_DOT, dpwssds_epi32, i16, i16, true)
#undef XPILER_DOT

#define XPILER_PAIRS(P, W) \
  inline __m##W##i P##_madd_epi16(__m##W##i a, __m##W##i b) { return P##_dpwssd_epi32(__m##W##i{}, a, b); } \
  inline __m##W##i P##_maddubs_epi16(__m##W##i va, __m##W##i vb) { \
    using namespace xpiler_avx512; \
    const auto a = lanes<u8, W>(va); \
    const auto b = lanes<i8, W>(vb); \
    Lanes<i16, W> out; \
    for (int i = 0; i < count<i16, W>; i++) out[i] = clamped<i16>(i32(a[2 * i]) * b[2 * i] + i32(a[2 * i + 1]) * b[2 * i + 1]); \
    return pack<i16, W>(out); \
  } \
  inline __m##W##i P##_sad_epu8(__m##W##i va, __m##W##i vb) { \
    using namespace xpiler_avx512; \
    const auto a = lanes<u8, W>(va), b = lanes<u8, W>(vb); \
    Lanes<u64, W> out; \
    for (int i = 0; i < count<u64, W>; i++) { \
      out[i] = 0; \
      for (int j = 0; j < 8; j++) out[i] += std::abs(int(a[8 * i + j]) - int(b[8 * i + j])); \
    } \
    return pack<u64, W>(out); \
  }
XPILER_PAIRS(_mm, 128)
XPILER_PAIRS(_mm256, 256)
XPILER_PAIRS(_mm512, 512)
#undef XPILER_PAIRS

namespace xpiler_avx512 {

inline float bfloat16_to_float(u16 x) { return bits<float>(u32(x) << 16); }

/// To nearest even; denormals count as zeros, as the instruction has it.
inline u16 float_to_bfloat16(float x) {
  const u32 wide = bits<u32>(x);
  if (x != x) return u16(wide >> 16 | 0x40);
  if ((wide & 0x7f800000u) == 0) return u16(wide >> 16 & 0x8000);
  return u16((wide + 0x7fff + (wide >> 16 & 1)) >> 16);
}

template <int W>
inline reg<float, W> bfloat16_dot(reg<float, W> vsum, const void *a, const void *b) {
  auto sum = lanes<float, W>(vsum);
  Lanes<u16, W> x, y;
  std::memcpy(x.at, a, sizeof x.at);
  std::memcpy(y.at, b, sizeof y.at);
  for (int i = 0; i < count<float, W>; i++) {
    sum[i] += bfloat16_to_float(x[2 * i + 1]) * bfloat16_to_float(y[2 * i + 1]);
    sum[i] += bfloat16_to_float(x[2 * i]) * bfloat16_to_float(y[2 * i]);
  }
  return pack<float, W>(sum);
}

} // namespace xpiler_avx512

#define XPILER_BFLOAT16(P, W) \
  inline __m##W P##_dpbf16_ps(__m##W sum, __m##W##bh a, __m##W##bh b) { return xpiler_avx512::bfloat16_dot<W>(sum, &a, &b); } \
  inline __m##W##bh P##_cvtne2ps_pbh(__m##W high, __m##W low) { \
    using namespace xpiler_avx512; \
    Lanes<u16, W> out; \
    for (int i = 0; i < count<u16, W>; i++) out[i] = float_to_bfloat16(i < count<float, W> ? low[i] : high[i - count<float, W>]); \
    return bits<__m##W##bh>(out); \
  }
XPILER_BFLOAT16(_mm, 128)
XPILER_BFLOAT16(_mm256, 256)
XPILER_BFLOAT16(_mm512, 512)
#undef XPILER_BFLOAT16
inline __m256bh _mm512_cvtneps_pbh(__m512 v) {
  return xpiler_avx512::bits<__m256bh>(
      xpiler_avx512::convert<xpiler_avx512::u16, 256, float, 512>(v, [](float a) { return xpiler_avx512::float_to_bfloat16(a); }));
}
inline __m128bh _mm256_cvtneps_pbh(__m256 v) {
  return xpiler_avx512::bits<__m128bh>(
      xpiler_avx512::convert<xpiler_avx512::u16, 128, float, 256>(v, [](float a) { return xpiler_avx512::float_to_bfloat16(a); }));
}
inline __m512 _mm512_cvtpbh_ps(__m256bh v) {
  return xpiler_avx512::convert<float, 512, xpiler_avx512::u16, 256>(
      v, [](xpiler_avx512::u16 a) { return xpiler_avx512::bfloat16_to_float(a); });
}

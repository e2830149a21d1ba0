// Gathers and scatters. The 512-bit forms take (indices, base, scale), the narrower gathers (base, indices, scale).
#pragma once
#include "registers.h"

namespace xpiler_avx512 {

template <class T, int W, class I, int WI, class V>
inline reg<T, W> gather(reg<T, W> src, u64 k, V vi, const void *base, int scale) {
  constexpr int n = count<T, W> < count<I, WI> ? count<T, W> : count<I, WI>;
  auto out = lanes<T, W>(src);
  const auto index = lanes<I, WI>(vi);
  for (int i = 0; i < n; i++)
    if (k >> i & 1) std::memcpy(&out[i], static_cast<const char *>(base) + i64(index[i]) * scale, sizeof(T));
  return pack<T, W>(out);
}

template <class T, int W, class I, int WI, class V>
inline void scatter(void *base, u64 k, V vi, reg<T, W> v, int scale) {
  constexpr int n = count<T, W> < count<I, WI> ? count<T, W> : count<I, WI>;
  const auto in = lanes<T, W>(v);
  const auto index = lanes<I, WI>(vi);
  for (int i = 0; i < n; i++)
    if (k >> i & 1) std::memcpy(static_cast<char *>(base) + i64(index[i]) * scale, &in[i], sizeof(T));
}

} // namespace xpiler_avx512

#define XPILER_GATHER512(NAME, SUFFIX, T, W, I, WI, M) \
  inline XPILER_REG(T, W) _mm512_##NAME##gather_##SUFFIX(__m##WI##i vi, const void *base, int scale) { \
    return xpiler_avx512::gather<T, W, I, WI>(XPILER_REG(T, W){}, ~0ull, vi, base, scale); \
  } \
  inline XPILER_REG(T, W) _mm512_mask_##NAME##gather_##SUFFIX(XPILER_REG(T, W) src, M k, __m##WI##i vi, const void *base, int scale) { \
    return xpiler_avx512::gather<T, W, I, WI>(src, k, vi, base, scale); \
  } \
  inline void _mm512_##NAME##scatter_##SUFFIX(void *base, __m##WI##i vi, XPILER_REG(T, W) v, int scale) { \
    xpiler_avx512::scatter<T, W, I, WI>(base, ~0ull, vi, v, scale); \
  } \
  inline void _mm512_mask_##NAME##scatter_##SUFFIX(void *base, M k, __m##WI##i vi, XPILER_REG(T, W) v, int scale) { \
    xpiler_avx512::scatter<T, W, I, WI>(base, k, vi, v, scale); \
  }
XPILER_GATHER512(i32, ps, float, 512, xpiler_avx512::i32, 512, __mmask16)
XPILER_GATHER512(i32, epi32, xpiler_avx512::i32, 512, xpiler_avx512::i32, 512, __mmask16)
XPILER_GATHER512(i32, pd, double, 512, xpiler_avx512::i32, 256, __mmask8)
XPILER_GATHER512(i32, epi64, xpiler_avx512::i64, 512, xpiler_avx512::i32, 256, __mmask8)
XPILER_GATHER512(i64, ps, float, 256, xpiler_avx512::i64, 512, __mmask8)
XPILER_GATHER512(i64, epi32, xpiler_avx512::i32, 256, xpiler_avx512::i64, 512, __mmask8)
XPILER_GATHER512(i64, pd, double, 512, xpiler_avx512::i64, 512, __mmask8)
XPILER_GATHER512(i64, epi64, xpiler_avx512::i64, 512, xpiler_avx512::i64, 512, __mmask8)
#undef XPILER_GATHER512

#define XPILER_GATHER(P, W, SUFFIX, T, POINTER) \
  inline XPILER_REG(T, W) P##_i32gather_##SUFFIX(const POINTER *base, __m##W##i vi, int scale) { \
    return xpiler_avx512::gather<T, W, xpiler_avx512::i32, W>(XPILER_REG(T, W){}, ~0ull, vi, base, scale); \
  }
XPILER_NARROW(XPILER_GATHER, ps, float, float)
XPILER_NARROW(XPILER_GATHER, epi32, xpiler_avx512::i32, int)
#undef XPILER_GATHER
inline __m256d _mm256_i32gather_pd(const double *base, __m128i vi, int scale) {
  return xpiler_avx512::gather<double, 256, xpiler_avx512::i32, 128>(__m256d{}, ~0ull, vi, base, scale);
}

// Interleaving and saturating packs, within each 128 bits.
#pragma once
#include "permute.h"

#define XPILER_UNPACK(P, W, NAME, T) \
  inline XPILER_REG(T, W) P##_unpacklo_##NAME(XPILER_REG(T, W) a, XPILER_REG(T, W) b) { \
    using namespace xpiler_avx512; \
    constexpr int n = count<T, W>, in = 16 / sizeof(T); \
    return permuted2<T, W>(a, b, [](int i) { return (i % 2 ? n : 0) + i / in * in + i % in / 2; }); \
  } \
  inline XPILER_REG(T, W) P##_unpackhi_##NAME(XPILER_REG(T, W) a, XPILER_REG(T, W) b) { \
    using namespace xpiler_avx512; \
    constexpr int n = count<T, W>, in = 16 / sizeof(T); \
    return permuted2<T, W>(a, b, [](int i) { return (i % 2 ? n : 0) + i / in * in + in / 2 + i % in / 2; }); \
  }
XPILER_WIDTHS(XPILER_UNPACK, ps, float)
XPILER_WIDTHS(XPILER_UNPACK, pd, double)
XPILER_WIDTHS(XPILER_UNPACK, epi8, xpiler_avx512::i8)
XPILER_WIDTHS(XPILER_UNPACK, epi16, xpiler_avx512::i16)
XPILER_WIDTHS(XPILER_UNPACK, epi32, xpiler_avx512::i32)
XPILER_WIDTHS(XPILER_UNPACK, epi64, xpiler_avx512::i64)
#undef XPILER_UNPACK

#define XPILER_PACK(P, W, NAME, TO, FROM) \
  inline __m##W##i P##_##NAME(__m##W##i va, __m##W##i vb) { \
    using namespace xpiler_avx512; \
    const auto a = lanes<FROM, W>(va), b = lanes<FROM, W>(vb); \
    Lanes<TO, W> out; \
    constexpr int in = 16 / sizeof(FROM); \
    for (int i = 0; i < count<FROM, W>; i++) { \
      out[i / in * 2 * in + i % in] = clamped<TO>(a[i]); \
      out[i / in * 2 * in + in + i % in] = clamped<TO>(b[i]); \
    } \
    return pack<TO, W>(out); \
  }
XPILER_WIDTHS(XPILER_PACK, packs_epi16, i8, i16)
XPILER_WIDTHS(XPILER_PACK, packs_epi32, i16, i32)
XPILER_WIDTHS(XPILER_PACK, packus_epi16, u8, i16)
XPILER_WIDTHS(XPILER_PACK, packus_epi32, u16, i32)
#undef XPILER_PACK

// Comparisons, to masks and (below 512 bits) to lanes of ones.
#pragma once
#include "registers.h"

#define _CMP_EQ_OQ 0x00
#define _CMP_LT_OS 0x01
#define _CMP_LE_OS 0x02
#define _CMP_UNORD_Q 0x03
#define _CMP_NEQ_UQ 0x04
#define _CMP_NLT_US 0x05
#define _CMP_NLE_US 0x06
#define _CMP_ORD_Q 0x07
#define _CMP_EQ_UQ 0x08
#define _CMP_NGE_US 0x09
#define _CMP_NGT_US 0x0a
#define _CMP_FALSE_OQ 0x0b
#define _CMP_NEQ_OQ 0x0c
#define _CMP_GE_OS 0x0d
#define _CMP_GT_OS 0x0e
#define _CMP_TRUE_UQ 0x0f
#define _CMP_EQ_OS 0x10
#define _CMP_LT_OQ 0x11
#define _CMP_LE_OQ 0x12
#define _CMP_UNORD_S 0x13
#define _CMP_NEQ_US 0x14
#define _CMP_NLT_UQ 0x15
#define _CMP_NLE_UQ 0x16
#define _CMP_ORD_S 0x17
#define _CMP_EQ_US 0x18
#define _CMP_NGE_UQ 0x19
#define _CMP_NGT_UQ 0x1a
#define _CMP_FALSE_OS 0x1b
#define _CMP_NEQ_OS 0x1c
#define _CMP_GE_OQ 0x1d
#define _CMP_GT_OQ 0x1e
#define _CMP_TRUE_US 0x1f
typedef enum {
  _MM_CMPINT_EQ,
  _MM_CMPINT_LT,
  _MM_CMPINT_LE,
  _MM_CMPINT_UNUSED,
  _MM_CMPINT_NE,
  _MM_CMPINT_NLT,
  _MM_CMPINT_NLE,
  _MM_CMPINT_GE = 5,
  _MM_CMPINT_GT = 6
} _MM_CMPINT_ENUM;

namespace xpiler_avx512 {

/// The low four bits say what is compared; the fifth only whether a quiet NaN signals.
template <class T>
inline bool float_predicate(T a, T b, int predicate) {
  const bool unordered = a != a || b != b;
  switch (predicate & 15) {
  case 0x0: return a == b;
  case 0x1: return a < b;
  case 0x2: return a <= b;
  case 0x3: return unordered;
  case 0x4: return !(a == b);
  case 0x5: return !(a < b);
  case 0x6: return !(a <= b);
  case 0x7: return !unordered;
  case 0x8: return unordered || a == b;
  case 0x9: return !(a >= b);
  case 0xa: return !(a > b);
  case 0xb: return false;
  case 0xc: return !unordered && a != b;
  case 0xd: return a >= b;
  case 0xe: return a > b;
  default: return true;
  }
}

template <class T>
inline bool integer_predicate(T a, T b, int predicate) {
  switch (predicate & 7) {
  case 0: return a == b;
  case 1: return a < b;
  case 2: return a <= b;
  case 3: return false;
  case 4: return a != b;
  case 5: return a >= b;
  case 6: return a > b;
  default: return true;
  }
}

template <class T, int W, class V>
inline mask<T, W> compare(V va, V vb, int predicate) {
  const auto a = lanes<T, W>(va), b = lanes<T, W>(vb);
  u64 k = 0;
  for (int i = 0; i < count<T, W>; i++) {
    bool one;
    if constexpr (std::is_floating_point_v<T>) one = float_predicate(a[i], b[i], predicate);
    else one = integer_predicate(a[i], b[i], predicate);
    k |= u64(one) << i;
  }
  return mask<T, W>(k);
}

/// A mask as lanes of all ones and zeros.
template <class T, int W>
inline reg<T, W> spread(u64 k) {
  using I = std::conditional_t<sizeof(T) == 1, i8, std::conditional_t<sizeof(T) == 2, i16, std::conditional_t<sizeof(T) == 4, i32, i64>>>;
  Lanes<I, W> out;
  for (int i = 0; i < count<I, W>; i++) out[i] = (k >> i & 1) ? I(-1) : I(0);
  return bits<reg<T, W>>(out);
}

/// The top bit of each lane.
template <class T, int W, class V>
inline mask<T, W> signs(V v) {
  using I = std::conditional_t<sizeof(T) == 1, i8, std::conditional_t<sizeof(T) == 2, i16, std::conditional_t<sizeof(T) == 4, i32, i64>>>;
  const auto a = lanes<I, W>(v);
  u64 k = 0;
  for (int i = 0; i < count<I, W>; i++) k |= u64(a[i] < 0) << i;
  return mask<T, W>(k);
}

} // namespace xpiler_avx512

#define XPILER_CMP_MASK(P, W, NAME, T) \
  inline XPILER_MASK(T, W) P##_cmp_##NAME##_mask(XPILER_REG(T, W) a, XPILER_REG(T, W) b, int predicate) { \
    return xpiler_avx512::compare<T, W>(a, b, predicate); \
  } \
  inline XPILER_MASK(T, W) P##_mask_cmp_##NAME##_mask(XPILER_MASK(T, W) k, XPILER_REG(T, W) a, XPILER_REG(T, W) b, int predicate) { \
    return k & xpiler_avx512::compare<T, W>(a, b, predicate); \
  }
#define XPILER_CMP_NAMED(P, W, NAME, T, HOW, PREDICATE) \
  inline XPILER_MASK(T, W) P##_##HOW##_##NAME##_mask(XPILER_REG(T, W) a, XPILER_REG(T, W) b) { \
    return xpiler_avx512::compare<T, W>(a, b, PREDICATE); \
  } \
  inline XPILER_MASK(T, W) P##_mask_##HOW##_##NAME##_mask(XPILER_MASK(T, W) k, XPILER_REG(T, W) a, XPILER_REG(T, W) b) { \
    return k & xpiler_avx512::compare<T, W>(a, b, PREDICATE); \
  }
#define XPILER_CMP_INTEGER(NAME, T) \
  XPILER_WIDTHS(XPILER_CMP_MASK, NAME, T) \
  XPILER_WIDTHS(XPILER_CMP_NAMED, NAME, T, cmpeq, 0) \
  XPILER_WIDTHS(XPILER_CMP_NAMED, NAME, T, cmplt, 1) \
  XPILER_WIDTHS(XPILER_CMP_NAMED, NAME, T, cmple, 2) \
  XPILER_WIDTHS(XPILER_CMP_NAMED, NAME, T, cmpneq, 4) \
  XPILER_WIDTHS(XPILER_CMP_NAMED, NAME, T, cmpge, 5) \
  XPILER_WIDTHS(XPILER_CMP_NAMED, NAME, T, cmpgt, 6)
XPILER_WIDTHS(XPILER_CMP_MASK, ps, float)
XPILER_WIDTHS(XPILER_CMP_MASK, pd, double)
XPILER_CMP_INTEGER(epi8, xpiler_avx512::i8)
XPILER_CMP_INTEGER(epu8, xpiler_avx512::u8)
XPILER_CMP_INTEGER(epi16, xpiler_avx512::i16)
XPILER_CMP_INTEGER(epu16, xpiler_avx512::u16)
XPILER_CMP_INTEGER(epi32, xpiler_avx512::i32)
XPILER_CMP_INTEGER(epu32, xpiler_avx512::u32)
XPILER_CMP_INTEGER(epi64, xpiler_avx512::i64)
XPILER_CMP_INTEGER(epu64, xpiler_avx512::u64)
#define XPILER_CMP_FLOAT(NAME, T) \
  XPILER_WIDE(XPILER_CMP_NAMED, NAME, T, cmpeq, 0) \
  XPILER_WIDE(XPILER_CMP_NAMED, NAME, T, cmplt, 1) \
  XPILER_WIDE(XPILER_CMP_NAMED, NAME, T, cmple, 2) \
  XPILER_WIDE(XPILER_CMP_NAMED, NAME, T, cmpunord, 3) \
  XPILER_WIDE(XPILER_CMP_NAMED, NAME, T, cmpneq, 4) \
  XPILER_WIDE(XPILER_CMP_NAMED, NAME, T, cmpord, 7)
XPILER_CMP_FLOAT(ps, float)
XPILER_CMP_FLOAT(pd, double)
#undef XPILER_CMP_FLOAT
#undef XPILER_CMP_INTEGER
#undef XPILER_CMP_NAMED
#undef XPILER_CMP_MASK

#define XPILER_TEST(P, W, BITS) \
  inline XPILER_MASK(xpiler_avx512::i##BITS, W) P##_test_epi##BITS##_mask(__m##W##i a, __m##W##i b) { \
    return xpiler_avx512::compare<xpiler_avx512::i##BITS, W>(a & b, __m##W##i{}, 4); \
  } \
  inline XPILER_MASK(xpiler_avx512::i##BITS, W) P##_testn_epi##BITS##_mask(__m##W##i a, __m##W##i b) { \
    return xpiler_avx512::compare<xpiler_avx512::i##BITS, W>(a & b, __m##W##i{}, 0); \
  } \
  inline XPILER_MASK(xpiler_avx512::i##BITS, W) P##_movepi##BITS##_mask(__m##W##i a) { \
    return xpiler_avx512::signs<xpiler_avx512::i##BITS, W>(a); \
  } \
  inline __m##W##i P##_movm_epi##BITS(XPILER_MASK(xpiler_avx512::i##BITS, W) k) { \
    return xpiler_avx512::spread<xpiler_avx512::i##BITS, W>(k); \
  }
XPILER_WIDTHS(XPILER_TEST, 8)
XPILER_WIDTHS(XPILER_TEST, 16)
XPILER_WIDTHS(XPILER_TEST, 32)
XPILER_WIDTHS(XPILER_TEST, 64)
#undef XPILER_TEST

#define XPILER_CMP_LANES(P, W, NAME, T, HOW, PREDICATE) \
  inline XPILER_REG(T, W) P##_##HOW##_##NAME(XPILER_REG(T, W) a, XPILER_REG(T, W) b) { \
    return xpiler_avx512::spread<T, W>(xpiler_avx512::compare<T, W>(a, b, PREDICATE)); \
  }
#define XPILER_CMP_LANES_INTEGER(BITS) \
  XPILER_NARROW(XPILER_CMP_LANES, epi##BITS, xpiler_avx512::i##BITS, cmpeq, 0) \
  XPILER_NARROW(XPILER_CMP_LANES, epi##BITS, xpiler_avx512::i##BITS, cmpgt, 6)
XPILER_CMP_LANES_INTEGER(8)
XPILER_CMP_LANES_INTEGER(16)
XPILER_CMP_LANES_INTEGER(32)
XPILER_CMP_LANES_INTEGER(64)
XPILER_CMP_LANES(_mm, 128, epi32, xpiler_avx512::i32, cmplt, 1)
XPILER_CMP_LANES(_mm, 128, epi16, xpiler_avx512::i16, cmplt, 1)
XPILER_CMP_LANES(_mm, 128, epi8, xpiler_avx512::i8, cmplt, 1)
#define XPILER_CMP_LANES_PS(HOW, PREDICATE) \
  XPILER_CMP_LANES(_mm, 128, ps, float, HOW, PREDICATE) XPILER_CMP_LANES(_mm, 128, pd, double, HOW, PREDICATE)
XPILER_CMP_LANES_PS(cmpeq, 0)
XPILER_CMP_LANES_PS(cmplt, 1)
XPILER_CMP_LANES_PS(cmple, 2)
XPILER_CMP_LANES_PS(cmpneq, 4)
XPILER_CMP_LANES_PS(cmpge, 13)
XPILER_CMP_LANES_PS(cmpgt, 14)
#undef XPILER_CMP_LANES_PS
#undef XPILER_CMP_LANES_INTEGER
#undef XPILER_CMP_LANES

#define XPILER_CMP_LANES(P, W, NAME, T) \
  inline XPILER_REG(T, W) P##_cmp_##NAME(XPILER_REG(T, W) a, XPILER_REG(T, W) b, int predicate) { \
    return xpiler_avx512::spread<T, W>(xpiler_avx512::compare<T, W>(a, b, predicate)); \
  } \
  inline int P##_movemask_##NAME(XPILER_REG(T, W) a) { return xpiler_avx512::signs<T, W>(a); }
XPILER_NARROW(XPILER_CMP_LANES, ps, float)
XPILER_NARROW(XPILER_CMP_LANES, pd, double)
#undef XPILER_CMP_LANES
inline int _mm_movemask_epi8(__m128i a) { return xpiler_avx512::signs<xpiler_avx512::i8, 128>(a); }
inline int _mm256_movemask_epi8(__m256i a) { return int(xpiler_avx512::signs<xpiler_avx512::i8, 256>(a)); }

#define XPILER_BLEND(P, W, NAME, T) \
  inline XPILER_REG(T, W) P##_mask_blend_##NAME(XPILER_MASK(T, W) k, XPILER_REG(T, W) a, XPILER_REG(T, W) b) { \
    return xpiler_avx512::blend<T, W>(k, a, b); \
  } \
  inline XPILER_REG(T, W) P##_mask_mov_##NAME(XPILER_REG(T, W) src, XPILER_MASK(T, W) k, XPILER_REG(T, W) a) { \
    return xpiler_avx512::blend<T, W>(k, src, a); \
  } \
  inline XPILER_REG(T, W) P##_maskz_mov_##NAME(XPILER_MASK(T, W) k, XPILER_REG(T, W) a) { \
    return xpiler_avx512::blend<T, W>(k, XPILER_REG(T, W){}, a); \
  }
XPILER_WIDTHS(XPILER_BLEND, ps, float)
XPILER_WIDTHS(XPILER_BLEND, pd, double)
XPILER_WIDTHS(XPILER_BLEND, epi8, xpiler_avx512::i8)
XPILER_WIDTHS(XPILER_BLEND, epi16, xpiler_avx512::i16)
XPILER_WIDTHS(XPILER_BLEND, epi32, xpiler_avx512::i32)
XPILER_WIDTHS(XPILER_BLEND, epi64, xpiler_avx512::i64)
#undef XPILER_BLEND

// AVX's blends: by the sign of a third register, or by an immediate.
#define XPILER_BLENDV(P, W, NAME, T) \
  inline XPILER_REG(T, W) P##_blendv_##NAME(XPILER_REG(T, W) a, XPILER_REG(T, W) b, XPILER_REG(T, W) by) { \
    return xpiler_avx512::blend<T, W>(xpiler_avx512::signs<T, W>(by), a, b); \
  }
XPILER_NARROW(XPILER_BLENDV, ps, float)
XPILER_NARROW(XPILER_BLENDV, pd, double)
XPILER_NARROW(XPILER_BLENDV, epi8, xpiler_avx512::i8)
#undef XPILER_BLENDV
#define XPILER_BLEND(P, W, NAME, T) \
  inline XPILER_REG(T, W) P##_blend_##NAME(XPILER_REG(T, W) a, XPILER_REG(T, W) b, int k) { return xpiler_avx512::blend<T, W>(k, a, b); }
XPILER_NARROW(XPILER_BLEND, ps, float)
XPILER_NARROW(XPILER_BLEND, pd, double)
XPILER_NARROW(XPILER_BLEND, epi32, xpiler_avx512::i32)
#undef XPILER_BLEND
inline __m128i _mm_blend_epi16(__m128i a, __m128i b, int k) { return xpiler_avx512::blend<xpiler_avx512::i16, 128>(k, a, b); }
inline __m256i _mm256_blend_epi16(__m256i a, __m256i b, int k) {
  return xpiler_avx512::blend<xpiler_avx512::i16, 256>((k & 255) << 8 | (k & 255), a, b);
}

// Bitwise operations and bit counts.
#pragma once
#include "registers.h"

// Without a mask the element's width makes no difference: below 512 bits there is one name for the whole register.
#define XPILER_LOGIC(NAME, ...) \
  XPILER_BINARY_PLAIN(_mm, 128, NAME##_si128, xpiler_avx512::i64, __VA_ARGS__) \
  XPILER_BINARY_PLAIN(_mm256, 256, NAME##_si256, xpiler_avx512::i64, __VA_ARGS__) \
  XPILER_BINARY_PLAIN(_mm512, 512, NAME##_si512, xpiler_avx512::i64, __VA_ARGS__) \
  XPILER_BINARY_PLAIN(_mm512, 512, NAME##_epi32, xpiler_avx512::i32, __VA_ARGS__) \
  XPILER_BINARY_PLAIN(_mm512, 512, NAME##_epi64, xpiler_avx512::i64, __VA_ARGS__) \
  XPILER_WHOLE_LOGIC(_mm, 128, NAME) \
  XPILER_WHOLE_LOGIC(_mm256, 256, NAME) \
  XPILER_WHOLE_LOGIC(_mm512, 512, NAME)
#define XPILER_WHOLE_LOGIC(P, W, NAME) \
  XPILER_BINARY_MASKED(P, W, NAME##_epi32, xpiler_avx512::i32, NAME##_si##W) \
  XPILER_BINARY_MASKED(P, W, NAME##_epi64, xpiler_avx512::i64, NAME##_si##W) \
  inline __m##W P##_##NAME##_ps(__m##W a, __m##W b) { return __m##W(P##_##NAME##_si##W(__m##W##i(a), __m##W##i(b))); } \
  inline __m##W P##_mask_##NAME##_ps(__m##W src, XPILER_MASK(float, W) k, __m##W a, __m##W b) { \
    return xpiler_avx512::blend<float, W>(k, src, P##_##NAME##_ps(a, b)); \
  } \
  inline __m##W P##_maskz_##NAME##_ps(XPILER_MASK(float, W) k, __m##W a, __m##W b) { \
    return xpiler_avx512::blend<float, W>(k, __m##W{}, P##_##NAME##_ps(a, b)); \
  } \
  inline __m##W##d P##_##NAME##_pd(__m##W##d a, __m##W##d b) { return __m##W##d(P##_##NAME##_si##W(__m##W##i(a), __m##W##i(b))); }
XPILER_LOGIC(and, a &b)
XPILER_LOGIC(or, a | b)
XPILER_LOGIC(xor, a ^ b)
XPILER_LOGIC(andnot, ~a &b)
XPILER_NARROW(XPILER_BINARY_PLAIN, or_epi32, xpiler_avx512::i32, a | b)
XPILER_NARROW(XPILER_BINARY_PLAIN, or_epi64, xpiler_avx512::i64, a | b)
XPILER_NARROW(XPILER_BINARY_PLAIN, xor_epi32, xpiler_avx512::i32, a ^ b)
XPILER_NARROW(XPILER_BINARY_PLAIN, xor_epi64, xpiler_avx512::i64, a ^ b)
#undef XPILER_LOGIC
#undef XPILER_WHOLE_LOGIC

namespace xpiler_avx512 {

/// Bit i of the table is the result for the operands' bits i = a << 2 | b << 1 | c.
inline u64 ternary(u64 a, u64 b, u64 c, int table) {
  u64 out = 0;
  for (int i = 0; i < 8; i++)
    if (table >> i & 1) out |= (i & 4 ? a : ~a) & (i & 2 ? b : ~b) & (i & 1 ? c : ~c);
  return out;
}

} // namespace xpiler_avx512

#define XPILER_TERNARY(P, W, NAME, T) \
  inline __m##W##i P##_##NAME(__m##W##i va, __m##W##i vb, __m##W##i vc, int table) { \
    return xpiler_avx512::map<T, W>(va, vb, vc, [table](T a, T b, T c) { return T(xpiler_avx512::ternary(a, b, c, table)); }); \
  } \
  inline __m##W##i P##_mask_##NAME(__m##W##i va, XPILER_MASK(T, W) k, __m##W##i vb, __m##W##i vc, int table) { \
    return xpiler_avx512::blend<T, W>(k, va, P##_##NAME(va, vb, vc, table)); \
  } \
  inline __m##W##i P##_maskz_##NAME(XPILER_MASK(T, W) k, __m##W##i va, __m##W##i vb, __m##W##i vc, int table) { \
    return xpiler_avx512::blend<T, W>(k, __m##W##i{}, P##_##NAME(va, vb, vc, table)); \
  }
XPILER_WIDTHS(XPILER_TERNARY, ternarylogic_epi32, xpiler_avx512::u32)
XPILER_WIDTHS(XPILER_TERNARY, ternarylogic_epi64, xpiler_avx512::u64)
#undef XPILER_TERNARY

XPILER_WIDTHS(XPILER_UNARY, popcnt_epi8, xpiler_avx512::u8, u8(__builtin_popcount(a)))
XPILER_WIDTHS(XPILER_UNARY, popcnt_epi16, xpiler_avx512::u16, u16(__builtin_popcount(a)))
XPILER_WIDTHS(XPILER_UNARY, popcnt_epi32, xpiler_avx512::u32, u32(__builtin_popcount(a)))
XPILER_WIDTHS(XPILER_UNARY, popcnt_epi64, xpiler_avx512::u64, u64(__builtin_popcountll(a)))
XPILER_WIDTHS(XPILER_UNARY, lzcnt_epi32, xpiler_avx512::u32, a ? u32(__builtin_clz(a)) : 32u)
XPILER_WIDTHS(XPILER_UNARY, lzcnt_epi64, xpiler_avx512::u64, a ? u64(__builtin_clzll(a)) : 64ull)

/// Each lane: which earlier lanes are equal to it.
#define XPILER_CONFLICT(P, W, BITS) \
  inline __m##W##i P##_conflict_epi##BITS(__m##W##i va) { \
    using T = xpiler_avx512::u##BITS; \
    const auto a = xpiler_avx512::lanes<T, W>(va); \
    xpiler_avx512::Lanes<T, W> out; \
    for (int i = 0; i < xpiler_avx512::count<T, W>; i++) { \
      out[i] = 0; \
      for (int j = 0; j < i; j++) out[i] |= T(a[i] == a[j]) << j; \
    } \
    return xpiler_avx512::pack<T, W>(out); \
  }
XPILER_WIDTHS(XPILER_CONFLICT, 32)
XPILER_WIDTHS(XPILER_CONFLICT, 64)
#undef XPILER_CONFLICT

// Integer arithmetic: wrapping, saturating, averages, high halves, minimum and maximum.
#pragma once
#include "registers.h"

#define XPILER_INTEGER(BITS) \
  XPILER_WIDTHS(XPILER_BINARY, add_epi##BITS, xpiler_avx512::i##BITS, i##BITS(u64(a) + u64(b))) \
  XPILER_WIDTHS(XPILER_BINARY, sub_epi##BITS, xpiler_avx512::i##BITS, i##BITS(u64(a) - u64(b))) \
  XPILER_WIDTHS(XPILER_UNARY, abs_epi##BITS, xpiler_avx512::i##BITS, a < 0 ? i##BITS(0 - u64(a)) : a) \
  XPILER_WIDTHS(XPILER_BINARY, min_epi##BITS, xpiler_avx512::i##BITS, a < b ? a : b) \
  XPILER_WIDTHS(XPILER_BINARY, max_epi##BITS, xpiler_avx512::i##BITS, a > b ? a : b) \
  XPILER_WIDTHS(XPILER_BINARY, min_epu##BITS, xpiler_avx512::u##BITS, a < b ? a : b) \
  XPILER_WIDTHS(XPILER_BINARY, max_epu##BITS, xpiler_avx512::u##BITS, a > b ? a : b)
XPILER_INTEGER(8)
XPILER_INTEGER(16)
XPILER_INTEGER(32)
XPILER_INTEGER(64)
#undef XPILER_INTEGER

#define XPILER_SATURATING(BITS) \
  XPILER_WIDTHS(XPILER_BINARY, adds_epi##BITS, xpiler_avx512::i##BITS, clamped<i##BITS>(i64(a) + b)) \
  XPILER_WIDTHS(XPILER_BINARY, subs_epi##BITS, xpiler_avx512::i##BITS, clamped<i##BITS>(i64(a) - b)) \
  XPILER_WIDTHS(XPILER_BINARY, adds_epu##BITS, xpiler_avx512::u##BITS, clamped<u##BITS>(i64(a) + b)) \
  XPILER_WIDTHS(XPILER_BINARY, subs_epu##BITS, xpiler_avx512::u##BITS, clamped<u##BITS>(i64(a) - b)) \
  XPILER_WIDTHS(XPILER_BINARY, avg_epu##BITS, xpiler_avx512::u##BITS, u##BITS((u32(a) + b + 1) >> 1))
XPILER_SATURATING(8)
XPILER_SATURATING(16)
#undef XPILER_SATURATING

XPILER_WIDTHS(XPILER_BINARY, mullo_epi16, xpiler_avx512::i16, i16(i32(a) * b))
XPILER_WIDTHS(XPILER_BINARY, mullo_epi32, xpiler_avx512::i32, i32(i64(a) * b))
XPILER_WIDTHS(XPILER_BINARY, mullo_epi64, xpiler_avx512::i64, i64(u64(a) * u64(b)))
XPILER_WIDTHS(XPILER_BINARY, mulhi_epi16, xpiler_avx512::i16, i16((i32(a) * b) >> 16))
XPILER_WIDTHS(XPILER_BINARY, mulhi_epu16, xpiler_avx512::u16, u16((u32(a) * b) >> 16))
XPILER_WIDTHS(XPILER_BINARY, mulhrs_epi16, xpiler_avx512::i16, i16((((i32(a) * b) >> 14) + 1) >> 1))
XPILER_WIDTHS(XPILER_BINARY, mul_epi32, xpiler_avx512::i64, i64(i32(a)) * i32(b))
XPILER_WIDTHS(XPILER_BINARY, mul_epu32, xpiler_avx512::u64, u64(u32(a)) * u32(b))
XPILER_NARROW(XPILER_BINARY_PLAIN, sign_epi8, xpiler_avx512::i8, b < 0 ? i8(-a) : b == 0 ? i8(0) : a)
XPILER_NARROW(XPILER_BINARY_PLAIN, sign_epi16, xpiler_avx512::i16, b < 0 ? i16(-a) : b == 0 ? i16(0) : a)
XPILER_NARROW(XPILER_BINARY_PLAIN, sign_epi32, xpiler_avx512::i32, b < 0 ? i32(0u - u32(a)) : b == 0 ? 0 : a)

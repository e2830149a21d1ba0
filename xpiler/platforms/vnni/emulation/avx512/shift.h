// Shifts by an immediate, by a register's low quadword, and lane by lane; rotations.
#pragma once
#include "registers.h"

namespace xpiler_avx512 {

template <class T>
inline T shifted_left(T x, u64 n) {
  return n >= 8 * sizeof(T) ? T(0) : T(u64(x) << n);
}
template <class T>
inline T shifted_right(T x, u64 n) {
  using U = std::make_unsigned_t<T>;
  return n >= 8 * sizeof(T) ? T(0) : T(U(x) >> n);
}
template <class T>
inline T shifted_right_sign(T x, u64 n) {
  return T(x >> (n >= 8 * sizeof(T) ? 8 * sizeof(T) - 1 : n));
}
template <class T>
inline T rotated_left(T x, u64 n) {
  n %= 8 * sizeof(T);
  return n ? T(shifted_left(x, n) | shifted_right(x, 8 * sizeof(T) - n)) : x;
}

} // namespace xpiler_avx512

#define XPILER_SHIFT(P, W, NAME, T, F) \
  inline XPILER_REG(T, W) P##_##NAME(XPILER_REG(T, W) va, unsigned n) { \
    return xpiler_avx512::map<T, W>(va, [n](T a) { return xpiler_avx512::F(a, n); }); \
  } \
  inline XPILER_REG(T, W) P##_mask_##NAME(XPILER_REG(T, W) src, XPILER_MASK(T, W) k, XPILER_REG(T, W) va, unsigned n) { \
    return xpiler_avx512::blend<T, W>(k, src, P##_##NAME(va, n)); \
  } \
  inline XPILER_REG(T, W) P##_maskz_##NAME(XPILER_MASK(T, W) k, XPILER_REG(T, W) va, unsigned n) { \
    return xpiler_avx512::blend<T, W>(k, XPILER_REG(T, W){}, P##_##NAME(va, n)); \
  }
#define XPILER_SHIFT_BY_REGISTER(P, W, NAME, T, F) \
  inline XPILER_REG(T, W) P##_##NAME(XPILER_REG(T, W) va, __m128i vn) { \
    const xpiler_avx512::u64 n = vn[0]; \
    return xpiler_avx512::map<T, W>(va, [n](T a) { return xpiler_avx512::F(a, n); }); \
  }
#define XPILER_SHIFTS(BITS) \
  XPILER_WIDTHS(XPILER_SHIFT, slli_epi##BITS, xpiler_avx512::i##BITS, shifted_left) \
  XPILER_WIDTHS(XPILER_SHIFT, srli_epi##BITS, xpiler_avx512::i##BITS, shifted_right) \
  XPILER_WIDTHS(XPILER_SHIFT, srai_epi##BITS, xpiler_avx512::i##BITS, shifted_right_sign) \
  XPILER_WIDTHS(XPILER_SHIFT_BY_REGISTER, sll_epi##BITS, xpiler_avx512::i##BITS, shifted_left) \
  XPILER_WIDTHS(XPILER_SHIFT_BY_REGISTER, srl_epi##BITS, xpiler_avx512::i##BITS, shifted_right) \
  XPILER_WIDTHS(XPILER_SHIFT_BY_REGISTER, sra_epi##BITS, xpiler_avx512::i##BITS, shifted_right_sign) \
  XPILER_WIDTHS(XPILER_BINARY, sllv_epi##BITS, xpiler_avx512::i##BITS, shifted_left(a, u##BITS(b))) \
  XPILER_WIDTHS(XPILER_BINARY, srlv_epi##BITS, xpiler_avx512::i##BITS, shifted_right(a, u##BITS(b))) \
  XPILER_WIDTHS(XPILER_BINARY, srav_epi##BITS, xpiler_avx512::i##BITS, shifted_right_sign(a, u##BITS(b)))
XPILER_SHIFTS(16)
XPILER_SHIFTS(32)
XPILER_SHIFTS(64)
XPILER_WIDTHS(XPILER_SHIFT, rol_epi32, xpiler_avx512::i32, rotated_left)
XPILER_WIDTHS(XPILER_SHIFT, rol_epi64, xpiler_avx512::i64, rotated_left)
XPILER_WIDTHS(XPILER_BINARY, rolv_epi32, xpiler_avx512::i32, rotated_left(a, u32(b)))
XPILER_WIDTHS(XPILER_BINARY, rorv_epi32, xpiler_avx512::i32, rotated_left(a, 32 - u32(b) % 32))
#undef XPILER_SHIFTS
#undef XPILER_SHIFT_BY_REGISTER
#undef XPILER_SHIFT

// Whole bytes, within each 128 bits.
#define XPILER_BYTE_SHIFT(P, W, NAME, FROM) \
  inline __m##W##i P##_##NAME(__m##W##i va, int n) { \
    using namespace xpiler_avx512; \
    const auto a = lanes<u8, W>(va); \
    Lanes<u8, W> out; \
    for (int i = 0; i < count<u8, W>; i++) { \
      const int from = i % 16 FROM n; \
      out[i] = from >= 0 && from < 16 ? a[i / 16 * 16 + from] : u8(0); \
    } \
    return pack<u8, W>(out); \
  }
XPILER_256_512(XPILER_BYTE_SHIFT, bslli_epi128, -)
XPILER_256_512(XPILER_BYTE_SHIFT, bsrli_epi128, +)
XPILER_BYTE_SHIFT(_mm, 128, bslli_si128, -)
XPILER_BYTE_SHIFT(_mm, 128, bsrli_si128, +)
XPILER_BYTE_SHIFT(_mm, 128, slli_si128, -)
XPILER_BYTE_SHIFT(_mm, 128, srli_si128, +)
XPILER_BYTE_SHIFT(_mm256, 256, slli_si256, -)
XPILER_BYTE_SHIFT(_mm256, 256, srli_si256, +)
#undef XPILER_BYTE_SHIFT

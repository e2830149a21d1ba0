// Shuffles and permutations: by an index register, by an immediate, within 128 bits and across them.
#pragma once
#include "registers.h"

#define _MM_SHUFFLE(z, y, x, w) (((z) << 6) | ((y) << 4) | ((x) << 2) | (w))

// The immediates of _mm512_shuffle_epi32 have a type of their own: _MM_PERM_DCBA and its 255 sisters, the highest lane first.
#define XPILER_PERM_W(x, y, z, base) \
  _MM_PERM_##x##y##z##A = base, _MM_PERM_##x##y##z##B = base + 1, _MM_PERM_##x##y##z##C = base + 2, _MM_PERM_##x##y##z##D = base + 3
#define XPILER_PERM_Z(x, y, base) \
  XPILER_PERM_W(x, y, A, base), XPILER_PERM_W(x, y, B, base + 4), XPILER_PERM_W(x, y, C, base + 8), XPILER_PERM_W(x, y, D, base + 12)
#define XPILER_PERM_Y(x, base) \
  XPILER_PERM_Z(x, A, base), XPILER_PERM_Z(x, B, base + 16), XPILER_PERM_Z(x, C, base + 32), XPILER_PERM_Z(x, D, base + 48)
typedef enum { XPILER_PERM_Y(A, 0), XPILER_PERM_Y(B, 64), XPILER_PERM_Y(C, 128), XPILER_PERM_Y(D, 192) } _MM_PERM_ENUM;
#undef XPILER_PERM_Y
#undef XPILER_PERM_Z
#undef XPILER_PERM_W

namespace xpiler_avx512 {

/// out[i] = a[pick(i)] for lane numbers within the register.
template <class T, int W, class V, class F>
inline V permuted(V va, F pick) {
  const auto a = lanes<T, W>(va);
  Lanes<T, W> out;
  for (int i = 0; i < count<T, W>; i++) out[i] = a[pick(i)];
  return bits<V>(out);
}

/// As `permuted`, numbers from count on meaning lanes of b.
template <class T, int W, class V, class F>
inline V permuted2(V va, V vb, F pick) {
  const auto a = lanes<T, W>(va), b = lanes<T, W>(vb);
  Lanes<T, W> out;
  for (int i = 0; i < count<T, W>; i++) {
    const int from = pick(i);
    out[i] = from < count<T, W> ? a[from] : b[from - count<T, W>];
  }
  return bits<V>(out);
}

/// Two bits of an immediate.
inline int two(int immediate, int i) { return immediate >> (2 * i) & 3; }

} // namespace xpiler_avx512

// permutexvar and permutex2var: indices in lanes of the same width.
#define XPILER_PERMUTEXVAR(P, W, NAME, T, I) \
  inline XPILER_REG(T, W) P##_permutexvar_##NAME(__m##W##i vi, XPILER_REG(T, W) a) { \
    const auto index = xpiler_avx512::lanes<I, W>(vi); \
    return xpiler_avx512::permuted<T, W>(a, [&](int i) { return int(index[i] & (xpiler_avx512::count<T, W> - 1)); }); \
  } \
  inline XPILER_REG(T, W) P##_mask_permutexvar_##NAME(XPILER_REG(T, W) src, XPILER_MASK(T, W) k, __m##W##i vi, XPILER_REG(T, W) a) { \
    return xpiler_avx512::blend<T, W>(k, src, P##_permutexvar_##NAME(vi, a)); \
  } \
  inline XPILER_REG(T, W) P##_maskz_permutexvar_##NAME(XPILER_MASK(T, W) k, __m##W##i vi, XPILER_REG(T, W) a) { \
    return xpiler_avx512::blend<T, W>(k, XPILER_REG(T, W){}, P##_permutexvar_##NAME(vi, a)); \
  }
#define XPILER_PERMUTEX2VAR(P, W, NAME, T, I) \
  inline XPILER_REG(T, W) P##_permutex2var_##NAME(XPILER_REG(T, W) a, __m##W##i vi, XPILER_REG(T, W) b) { \
    const auto index = xpiler_avx512::lanes<I, W>(vi); \
    return xpiler_avx512::permuted2<T, W>(a, b, [&](int i) { return int(index[i] & (2 * xpiler_avx512::count<T, W> - 1)); }); \
  } \
  inline XPILER_REG(T, W) P##_mask_permutex2var_##NAME(XPILER_REG(T, W) a, XPILER_MASK(T, W) k, __m##W##i vi, XPILER_REG(T, W) b) { \
    return xpiler_avx512::blend<T, W>(k, a, P##_permutex2var_##NAME(a, vi, b)); \
  } \
  inline XPILER_REG(T, W) P##_maskz_permutex2var_##NAME(XPILER_MASK(T, W) k, XPILER_REG(T, W) a, __m##W##i vi, XPILER_REG(T, W) b) { \
    return xpiler_avx512::blend<T, W>(k, XPILER_REG(T, W){}, P##_permutex2var_##NAME(a, vi, b)); \
  }
#define XPILER_PERMUTES(NAME, T, I) XPILER_WIDTHS(XPILER_PERMUTEX2VAR, NAME, T, I)
XPILER_256_512(XPILER_PERMUTEXVAR, ps, float, xpiler_avx512::u32)
XPILER_256_512(XPILER_PERMUTEXVAR, pd, double, xpiler_avx512::u64)
XPILER_WIDTHS(XPILER_PERMUTEXVAR, epi8, xpiler_avx512::i8, xpiler_avx512::u8)
XPILER_WIDTHS(XPILER_PERMUTEXVAR, epi16, xpiler_avx512::i16, xpiler_avx512::u16)
XPILER_256_512(XPILER_PERMUTEXVAR, epi32, xpiler_avx512::i32, xpiler_avx512::u32)
XPILER_256_512(XPILER_PERMUTEXVAR, epi64, xpiler_avx512::i64, xpiler_avx512::u64)
XPILER_PERMUTES(ps, float, xpiler_avx512::u32)
XPILER_PERMUTES(pd, double, xpiler_avx512::u64)
XPILER_PERMUTES(epi8, xpiler_avx512::i8, xpiler_avx512::u8)
XPILER_PERMUTES(epi16, xpiler_avx512::i16, xpiler_avx512::u16)
XPILER_PERMUTES(epi32, xpiler_avx512::i32, xpiler_avx512::u32)
XPILER_PERMUTES(epi64, xpiler_avx512::i64, xpiler_avx512::u64)
#undef XPILER_PERMUTES
#undef XPILER_PERMUTEX2VAR
#undef XPILER_PERMUTEXVAR
inline __m256 _mm256_permutevar8x32_ps(__m256 a, __m256i index) { return _mm256_permutexvar_ps(index, a); }
inline __m256i _mm256_permutevar8x32_epi32(__m256i a, __m256i index) { return _mm256_permutexvar_epi32(index, a); }

// One operand and an immediate; `PICK` is the source lane of lane i.
#define XPILER_BY_IMMEDIATE_TYPED(P, W, NAME, T, I, PICK) \
  inline XPILER_REG(T, W) P##_##NAME(XPILER_REG(T, W) a, I m) { \
    using namespace xpiler_avx512; \
    return permuted<T, W>(a, [m](int i) { return PICK; }); \
  }
#define XPILER_BY_IMMEDIATE_MASKED(P, W, NAME, T, I) \
  inline XPILER_REG(T, W) P##_mask_##NAME(XPILER_REG(T, W) src, XPILER_MASK(T, W) k, XPILER_REG(T, W) a, I m) { \
    return xpiler_avx512::blend<T, W>(k, src, P##_##NAME(a, m)); \
  } \
  inline XPILER_REG(T, W) P##_maskz_##NAME(XPILER_MASK(T, W) k, XPILER_REG(T, W) a, I m) { \
    return xpiler_avx512::blend<T, W>(k, XPILER_REG(T, W){}, P##_##NAME(a, m)); \
  }
#define XPILER_BY_IMMEDIATE(P, W, NAME, T, PICK) \
  XPILER_BY_IMMEDIATE_TYPED(P, W, NAME, T, int, PICK) \
  XPILER_BY_IMMEDIATE_MASKED(P, W, NAME, T, int)
XPILER_WIDTHS(XPILER_BY_IMMEDIATE, permute_ps, float, i / 4 * 4 + two(m, i % 4))
XPILER_WIDTHS(XPILER_BY_IMMEDIATE, permute_pd, double, i / 2 * 2 + (m >> i & 1))
XPILER_NARROW(XPILER_BY_IMMEDIATE_TYPED, shuffle_epi32, xpiler_avx512::i32, int, i / 4 * 4 + two(m, i % 4))
XPILER_WIDE(XPILER_BY_IMMEDIATE_TYPED, shuffle_epi32, xpiler_avx512::i32, _MM_PERM_ENUM, i / 4 * 4 + two(m, i % 4))
XPILER_WIDTHS(XPILER_BY_IMMEDIATE_MASKED, shuffle_epi32, xpiler_avx512::i32, _MM_PERM_ENUM)
XPILER_WIDTHS(XPILER_BY_IMMEDIATE, shufflelo_epi16, xpiler_avx512::i16, i % 8 < 4 ? i / 8 * 8 + two(m, i % 4) : i)
XPILER_WIDTHS(XPILER_BY_IMMEDIATE, shufflehi_epi16, xpiler_avx512::i16, i % 8 < 4 ? i : i / 8 * 8 + 4 + two(m, i % 4))
XPILER_256_512(XPILER_BY_IMMEDIATE, permutex_pd, double, i / 4 * 4 + two(m, i % 4))
XPILER_256_512(XPILER_BY_IMMEDIATE, permutex_epi64, xpiler_avx512::i64, i / 4 * 4 + two(m, i % 4))
#undef XPILER_BY_IMMEDIATE
#undef XPILER_BY_IMMEDIATE_MASKED
#undef XPILER_BY_IMMEDIATE_TYPED
inline __m256i _mm256_permute4x64_epi64(__m256i a, int m) { return _mm256_permutex_epi64(a, m); }
inline __m256d _mm256_permute4x64_pd(__m256d a, int m) { return _mm256_permutex_pd(a, m); }

// Two operands and an immediate.
#define XPILER_SHUFFLE2(P, W, NAME, T, PICK) \
  inline XPILER_REG(T, W) P##_##NAME(XPILER_REG(T, W) a, XPILER_REG(T, W) b, int m) { \
    using namespace xpiler_avx512; \
    constexpr int n = count<T, W>; \
    return permuted2<T, W>(a, b, [m](int i) { \
      (void)n; \
      return PICK; \
    }); \
  } \
  inline XPILER_REG(T, W) P##_mask_##NAME(XPILER_REG(T, W) src, XPILER_MASK(T, W) k, XPILER_REG(T, W) a, XPILER_REG(T, W) b, int m) { \
    return xpiler_avx512::blend<T, W>(k, src, P##_##NAME(a, b, m)); \
  } \
  inline XPILER_REG(T, W) P##_maskz_##NAME(XPILER_MASK(T, W) k, XPILER_REG(T, W) a, XPILER_REG(T, W) b, int m) { \
    return xpiler_avx512::blend<T, W>(k, XPILER_REG(T, W){}, P##_##NAME(a, b, m)); \
  }
XPILER_WIDTHS(XPILER_SHUFFLE2, shuffle_ps, float, (i % 4 < 2 ? 0 : n) + i / 4 * 4 + two(m, i % 4))
XPILER_WIDTHS(XPILER_SHUFFLE2, shuffle_pd, double, (i % 2 ? n : 0) + i / 2 * 2 + (m >> i & 1))
// Whole quarters (halves at 256 bits): the low half of the result from a, the high half from b.
#define XPILER_QUARTERS(NAME, T) \
  XPILER_SHUFFLE2(_mm512, 512, NAME, T, (i < n / 2 ? 0 : n) + two(m, i / (n / 4)) * (n / 4) + i % (n / 4)) \
  XPILER_SHUFFLE2(_mm256, 256, NAME, T, (i < n / 2 ? 0 : n) + (m >> (i / (n / 2)) & 1) * (n / 2) + i % (n / 2))
XPILER_QUARTERS(shuffle_f32x4, float)
XPILER_QUARTERS(shuffle_f64x2, double)
XPILER_QUARTERS(shuffle_i32x4, xpiler_avx512::i32)
XPILER_QUARTERS(shuffle_i64x2, xpiler_avx512::i64)
#undef XPILER_QUARTERS
// The concatenation a:b shifted right.
XPILER_WIDTHS(XPILER_SHUFFLE2, alignr_epi32, xpiler_avx512::i32, (i + m % n < n ? n : -n) + i + m % n)
XPILER_WIDTHS(XPILER_SHUFFLE2, alignr_epi64, xpiler_avx512::i64, (i + m % n < n ? n : -n) + i + m % n)
#undef XPILER_SHUFFLE2

#define XPILER_ALIGNR(P, W) \
  inline __m##W##i P##_alignr_epi8(__m##W##i va, __m##W##i vb, int n) { \
    using namespace xpiler_avx512; \
    const auto a = lanes<u8, W>(va), b = lanes<u8, W>(vb); \
    Lanes<u8, W> out; \
    for (int i = 0; i < count<u8, W>; i++) { \
      const int from = i % 16 + n, base = i / 16 * 16; \
      out[i] = from < 16 ? b[base + from] : from < 32 ? a[base + from - 16] : u8(0); \
    } \
    return pack<u8, W>(out); \
  }
XPILER_ALIGNR(_mm, 128)
XPILER_ALIGNR(_mm256, 256)
XPILER_ALIGNR(_mm512, 512)
#undef XPILER_ALIGNR

// Bytes within each 128 bits; a set top bit of the index gives zero.
#define XPILER_SHUFFLE_BYTES(P, W) \
  inline __m##W##i P##_shuffle_epi8(__m##W##i va, __m##W##i vi) { \
    using namespace xpiler_avx512; \
    const auto a = lanes<u8, W>(va), index = lanes<u8, W>(vi); \
    Lanes<u8, W> out; \
    for (int i = 0; i < count<u8, W>; i++) out[i] = index[i] & 128 ? u8(0) : a[i / 16 * 16 + (index[i] & 15)]; \
    return pack<u8, W>(out); \
  } \
  inline __m##W##i P##_mask_shuffle_epi8(__m##W##i src, XPILER_MASK(xpiler_avx512::u8, W) k, __m##W##i va, __m##W##i vi) { \
    return xpiler_avx512::blend<xpiler_avx512::u8, W>(k, src, P##_shuffle_epi8(va, vi)); \
  } \
  inline __m##W##i P##_maskz_shuffle_epi8(XPILER_MASK(xpiler_avx512::u8, W) k, __m##W##i va, __m##W##i vi) { \
    return xpiler_avx512::blend<xpiler_avx512::u8, W>(k, __m##W##i{}, P##_shuffle_epi8(va, vi)); \
  }
XPILER_SHUFFLE_BYTES(_mm, 128)
XPILER_SHUFFLE_BYTES(_mm256, 256)
XPILER_SHUFFLE_BYTES(_mm512, 512)
#undef XPILER_SHUFFLE_BYTES

// Even and odd lanes doubled.
#define XPILER_DOUBLED(P, W) \
  inline __m##W P##_moveldup_ps(__m##W a) { \
    return xpiler_avx512::permuted<float, W>(a, [](int i) { return i & ~1; }); \
  } \
  inline __m##W P##_movehdup_ps(__m##W a) { \
    return xpiler_avx512::permuted<float, W>(a, [](int i) { return i | 1; }); \
  } \
  inline __m##W##d P##_movedup_pd(__m##W##d a) { \
    return xpiler_avx512::permuted<double, W>(a, [](int i) { return i & ~1; }); \
  }
XPILER_DOUBLED(_mm, 128)
XPILER_DOUBLED(_mm256, 256)
XPILER_DOUBLED(_mm512, 512)
#undef XPILER_DOUBLED

#define XPILER_PERMUTEVAR(P, W) \
  inline __m##W P##_permutevar_ps(__m##W a, __m##W##i vi) { \
    const auto index = xpiler_avx512::lanes<xpiler_avx512::u32, W>(vi); \
    return xpiler_avx512::permuted<float, W>(a, [&](int i) { return int(i / 4 * 4 + (index[i] & 3)); }); \
  }
XPILER_PERMUTEVAR(_mm, 128)
XPILER_PERMUTEVAR(_mm256, 256)
XPILER_PERMUTEVAR(_mm512, 512)
#undef XPILER_PERMUTEVAR

// Two 128-bit halves chosen from four, or zero.
#define XPILER_PERMUTE128(NAME, V) \
  inline V _mm256_##NAME(V a, V b, int m) { \
    __m128i halves[4], out[2]; \
    std::memcpy(halves, &a, sizeof a); \
    std::memcpy(halves + 2, &b, sizeof b); \
    for (int i = 0; i < 2; i++) { \
      const int by = m >> (4 * i); \
      out[i] = by & 8 ? __m128i{} : halves[by & 3]; \
    } \
    return xpiler_avx512::bits<V>(out); \
  }
XPILER_PERMUTE128(permute2f128_ps, __m256)
XPILER_PERMUTE128(permute2f128_pd, __m256d)
XPILER_PERMUTE128(permute2f128_si256, __m256i)
XPILER_PERMUTE128(permute2x128_si256, __m256i)
#undef XPILER_PERMUTE128

inline __m128 _mm_movehl_ps(__m128 a, __m128 b) { return __m128{b[2], b[3], a[2], a[3]}; }
inline __m128 _mm_movelh_ps(__m128 a, __m128 b) { return __m128{a[0], a[1], b[0], b[1]}; }

// Compress and expand.
#define XPILER_COMPRESS(P, W, NAME, T, POINTER) \
  inline XPILER_REG(T, W) P##_mask_compress_##NAME(XPILER_REG(T, W) src, XPILER_MASK(T, W) k, XPILER_REG(T, W) va) { \
    using namespace xpiler_avx512; \
    const auto a = lanes<T, W>(va); \
    auto out = lanes<T, W>(src); \
    for (int i = 0, n = 0; i < count<T, W>; i++) \
      if (u64(k) >> i & 1) out[n++] = a[i]; \
    return pack<T, W>(out); \
  } \
  inline XPILER_REG(T, W) P##_maskz_compress_##NAME(XPILER_MASK(T, W) k, XPILER_REG(T, W) va) { \
    return P##_mask_compress_##NAME(XPILER_REG(T, W){}, k, va); \
  } \
  inline void P##_mask_compressstoreu_##NAME(POINTER *p, XPILER_MASK(T, W) k, XPILER_REG(T, W) va) { \
    const auto out = xpiler_avx512::lanes<T, W>(P##_maskz_compress_##NAME(k, va)); \
    std::memcpy(p, out.at, sizeof(T) * __builtin_popcountll(k)); \
  } \
  inline XPILER_REG(T, W) P##_mask_expand_##NAME(XPILER_REG(T, W) src, XPILER_MASK(T, W) k, XPILER_REG(T, W) va) { \
    using namespace xpiler_avx512; \
    const auto a = lanes<T, W>(va); \
    auto out = lanes<T, W>(src); \
    for (int i = 0, n = 0; i < count<T, W>; i++) \
      if (u64(k) >> i & 1) out[i] = a[n++]; \
    return pack<T, W>(out); \
  } \
  inline XPILER_REG(T, W) P##_maskz_expand_##NAME(XPILER_MASK(T, W) k, XPILER_REG(T, W) va) { \
    return P##_mask_expand_##NAME(XPILER_REG(T, W){}, k, va); \
  }
XPILER_WIDTHS(XPILER_COMPRESS, ps, float, void)
XPILER_WIDTHS(XPILER_COMPRESS, pd, double, void)
XPILER_WIDTHS(XPILER_COMPRESS, epi8, xpiler_avx512::i8, void)
XPILER_WIDTHS(XPILER_COMPRESS, epi16, xpiler_avx512::i16, void)
XPILER_WIDTHS(XPILER_COMPRESS, epi32, xpiler_avx512::i32, void)
XPILER_WIDTHS(XPILER_COMPRESS, epi64, xpiler_avx512::i64, void)
#undef XPILER_COMPRESS

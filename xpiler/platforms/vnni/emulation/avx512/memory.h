// Loads and stores: aligned (a misaligned address faults, as on the hardware), unaligned, masked, broadcast.
#pragma once
#include "registers.h"

namespace xpiler_avx512 {

inline void need_alignment(const void *p, int bytes) {
  if (reinterpret_cast<std::uintptr_t>(p) % bytes) __builtin_trap();
}

template <class V>
inline V load(const void *p) {
  V v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

/// Lanes without a mask bit are not read.
template <class T, int W>
inline reg<T, W> load_masked(reg<T, W> src, u64 k, const void *p) {
  Lanes<T, W> out = lanes<T, W>(src);
  for (int i = 0; i < count<T, W>; i++)
    if (k >> i & 1) std::memcpy(&out[i], static_cast<const char *>(p) + i * sizeof(T), sizeof(T));
  return pack<T, W>(out);
}

template <class T, int W, class V>
inline void store_masked(void *p, u64 k, V v) {
  const Lanes<T, W> in = lanes<T, W>(v);
  for (int i = 0; i < count<T, W>; i++)
    if (k >> i & 1) std::memcpy(static_cast<char *>(p) + i * sizeof(T), &in[i], sizeof(T));
}

} // namespace xpiler_avx512

// Pointer is the type of the real signature: the element's for floats, void for integers.
#define XPILER_LOADS_MASKED(P, W, SUFFIX, T, POINTER, FORM, CHECK) \
  inline XPILER_REG(T, W) P##_mask_##FORM##_##SUFFIX(XPILER_REG(T, W) src, XPILER_MASK(T, W) k, const POINTER *p) { \
    if (CHECK) xpiler_avx512::need_alignment(p, W / 8); \
    return xpiler_avx512::load_masked<T, W>(src, k, p); \
  } \
  inline XPILER_REG(T, W) P##_maskz_##FORM##_##SUFFIX(XPILER_MASK(T, W) k, const POINTER *p) { \
    if (CHECK) xpiler_avx512::need_alignment(p, W / 8); \
    return xpiler_avx512::load_masked<T, W>(XPILER_REG(T, W){}, k, p); \
  }
#define XPILER_LOADS(P, W, SUFFIX, T, POINTER, FORM, CHECK) \
  inline XPILER_REG(T, W) P##_##FORM##_##SUFFIX(const POINTER *p) { \
    if (CHECK) xpiler_avx512::need_alignment(p, W / 8); \
    return xpiler_avx512::load<XPILER_REG(T, W)>(p); \
  } \
  XPILER_LOADS_MASKED(P, W, SUFFIX, T, POINTER, FORM, CHECK)
#define XPILER_STORES(P, W, SUFFIX, T, POINTER, FORM, CHECK) \
  inline void P##_##FORM##_##SUFFIX(POINTER *p, XPILER_REG(T, W) v) { \
    if (CHECK) xpiler_avx512::need_alignment(p, W / 8); \
    std::memcpy(p, &v, sizeof v); \
  } \
  inline void P##_mask_##FORM##_##SUFFIX(POINTER *p, XPILER_MASK(T, W) k, XPILER_REG(T, W) v) { \
    if (CHECK) xpiler_avx512::need_alignment(p, W / 8); \
    xpiler_avx512::store_masked<T, W>(p, k, v); \
  }
#define XPILER_MEMORY(SUFFIX, T, POINTER) \
  XPILER_WIDTHS(XPILER_LOADS, SUFFIX, T, POINTER, loadu, false) \
  XPILER_WIDTHS(XPILER_STORES, SUFFIX, T, POINTER, storeu, false)
#define XPILER_MEMORY_ALIGNED(SUFFIX, T, POINTER) \
  XPILER_WIDTHS(XPILER_LOADS, SUFFIX, T, POINTER, load, true) \
  XPILER_WIDTHS(XPILER_STORES, SUFFIX, T, POINTER, store, true)
XPILER_MEMORY(ps, float, float)
XPILER_MEMORY(pd, double, double)
XPILER_MEMORY_ALIGNED(ps, float, float)
XPILER_MEMORY_ALIGNED(pd, double, double)
XPILER_MEMORY(epi8, xpiler_avx512::i8, void)
XPILER_MEMORY(epi16, xpiler_avx512::i16, void)
XPILER_MEMORY(epi32, xpiler_avx512::i32, void)
XPILER_MEMORY(epi64, xpiler_avx512::i64, void)
XPILER_MEMORY_ALIGNED(epi32, xpiler_avx512::i32, void)
XPILER_MEMORY_ALIGNED(epi64, xpiler_avx512::i64, void)
#undef XPILER_MEMORY
#undef XPILER_MEMORY_ALIGNED

// The whole-register integer forms take a register pointer below 512 bits and void at 512.
#define XPILER_WHOLE(P, W, SUFFIX, POINTER) \
  inline __m##W##i P##_loadu_##SUFFIX(const POINTER *p) { return xpiler_avx512::load<__m##W##i>(p); } \
  inline __m##W##i P##_load_##SUFFIX(const POINTER *p) { \
    xpiler_avx512::need_alignment(p, W / 8); \
    return xpiler_avx512::load<__m##W##i>(p); \
  } \
  inline __m##W##i P##_stream_load_##SUFFIX(const POINTER *p) { return P##_load_##SUFFIX(p); } \
  inline void P##_storeu_##SUFFIX(POINTER *p, __m##W##i v) { std::memcpy(p, &v, sizeof v); } \
  inline void P##_store_##SUFFIX(POINTER *p, __m##W##i v) { \
    xpiler_avx512::need_alignment(p, W / 8); \
    std::memcpy(p, &v, sizeof v); \
  } \
  inline void P##_stream_##SUFFIX(__m##W##i *p, __m##W##i v) { P##_store_##SUFFIX(p, v); }
XPILER_WHOLE(_mm, 128, si128, __m128i)
XPILER_WHOLE(_mm256, 256, si256, __m256i)
XPILER_WHOLE(_mm512, 512, si512, void)
#undef XPILER_WHOLE
inline __m128i _mm_lddqu_si128(const __m128i *p) { return _mm_loadu_si128(p); }
inline __m256i _mm256_lddqu_si256(const __m256i *p) { return _mm256_loadu_si256(p); }

#define XPILER_STREAM(P, W) \
  inline void P##_stream_ps(float *p, __m##W v) { P##_store_ps(p, v); } \
  inline void P##_stream_pd(double *p, __m##W##d v) { P##_store_pd(p, v); }
XPILER_STREAM(_mm, 128)
XPILER_STREAM(_mm256, 256)
XPILER_STREAM(_mm512, 512)
#undef XPILER_STREAM

// AVX2's masked accesses: the sign bit of each lane selects.
#define XPILER_SIGN_MASKED(P, W, SUFFIX, T, I, POINTER) \
  inline XPILER_REG(T, W) P##_maskload_##SUFFIX(const POINTER *p, __m##W##i mask) { \
    xpiler_avx512::u64 k = 0; \
    const auto signs = xpiler_avx512::lanes<I, W>(mask); \
    for (int i = 0; i < xpiler_avx512::count<I, W>; i++) k |= xpiler_avx512::u64(signs[i] < 0) << i; \
    return xpiler_avx512::load_masked<T, W>(XPILER_REG(T, W){}, k, p); \
  } \
  inline void P##_maskstore_##SUFFIX(POINTER *p, __m##W##i mask, XPILER_REG(T, W) v) { \
    xpiler_avx512::u64 k = 0; \
    const auto signs = xpiler_avx512::lanes<I, W>(mask); \
    for (int i = 0; i < xpiler_avx512::count<I, W>; i++) k |= xpiler_avx512::u64(signs[i] < 0) << i; \
    xpiler_avx512::store_masked<T, W>(p, k, v); \
  }
XPILER_NARROW(XPILER_SIGN_MASKED, ps, float, xpiler_avx512::i32, float)
XPILER_NARROW(XPILER_SIGN_MASKED, pd, double, xpiler_avx512::i64, double)
XPILER_NARROW(XPILER_SIGN_MASKED, epi32, xpiler_avx512::i32, xpiler_avx512::i32, int)
XPILER_NARROW(XPILER_SIGN_MASKED, epi64, xpiler_avx512::i64, xpiler_avx512::i64, long long)
#undef XPILER_SIGN_MASKED

inline __m128i _mm_loadl_epi64(const __m128i *p) {
  __m128i v{};
  std::memcpy(&v, p, 8);
  return v;
}
inline void _mm_storel_epi64(__m128i *p, __m128i v) { std::memcpy(p, &v, 8); }
inline __m128 _mm_load_ss(const float *p) { return __m128{*p}; }
inline void _mm_store_ss(float *p, __m128 v) { *p = v[0]; }
inline __m128d _mm_load_sd(const double *p) { return __m128d{*p}; }
inline void _mm_store_sd(double *p, __m128d v) { *p = v[0]; }
inline __m128i _mm_loadu_si32(const void *p) {
  __m128i v{};
  std::memcpy(&v, p, 4);
  return v;
}
inline __m128i _mm_loadu_si64(const void *p) {
  __m128i v{};
  std::memcpy(&v, p, 8);
  return v;
}
inline void _mm_storeu_si32(void *p, __m128i v) { std::memcpy(p, &v, 4); }
inline void _mm_storeu_si64(void *p, __m128i v) { std::memcpy(p, &v, 8); }
inline __m128 _mm_broadcast_ss(const float *p) { return __m128{*p, *p, *p, *p}; }
inline __m256 _mm256_broadcast_ss(const float *p) { return __m256{*p, *p, *p, *p, *p, *p, *p, *p}; }

inline void *_mm_malloc(std::size_t size, std::size_t alignment) {
  void *p = nullptr;
  return posix_memalign(&p, alignment < sizeof(void *) ? sizeof(void *) : alignment, size) ? nullptr : p;
}
inline void _mm_free(void *p) { std::free(p); }

enum _mm_hint { _MM_HINT_NTA = 0, _MM_HINT_T2 = 1, _MM_HINT_T1 = 2, _MM_HINT_T0 = 3, _MM_HINT_ET1 = 6, _MM_HINT_ET0 = 7 };
inline void _mm_prefetch(const void *, _mm_hint) {}
inline void _mm_sfence() {}
inline void _mm_lfence() {}
inline void _mm_mfence() {}
inline void _mm_pause() {}
inline void _mm256_zeroupper() {}
inline void _mm256_zeroall() {}

// Reductions over a 512-bit register, halves folded onto each other as the compilers' sequences do.
#pragma once
#include "registers.h"

namespace xpiler_avx512 {

template <class T, class V, class F>
inline T folded(V v, F f) {
  auto a = lanes<T, 512>(v);
  for (int n = count<T, 512> / 2; n >= 1; n /= 2)
    for (int i = 0; i < n; i++) a[i] = f(a[i], a[i + n]);
  return a[0];
}

template <class T, class V>
inline V where(u64 k, V v, T neutral) {
  auto a = lanes<T, 512>(v);
  for (int i = 0; i < count<T, 512>; i++) a[i] = (k >> i & 1) ? a[i] : neutral;
  return bits<V>(a);
}

} // namespace xpiler_avx512

#define XPILER_REDUCE(NAME, SUFFIX, T, R, NEUTRAL, ...) \
  inline R _mm512_reduce_##NAME##_##SUFFIX(XPILER_REG(T, 512) v) { \
    using namespace xpiler_avx512; \
    return folded<T>(v, [](T a, T b) -> T { return __VA_ARGS__; }); \
  } \
  inline R _mm512_mask_reduce_##NAME##_##SUFFIX(XPILER_MASK(T, 512) k, XPILER_REG(T, 512) v) { \
    return _mm512_reduce_##NAME##_##SUFFIX(xpiler_avx512::where<T>(k, v, NEUTRAL)); \
  }
#define XPILER_REDUCE_ALL(SUFFIX, T, R, LOW, HIGH) \
  XPILER_REDUCE(max, SUFFIX, T, R, LOW, a > b ? a : b) \
  XPILER_REDUCE(min, SUFFIX, T, R, HIGH, a < b ? a : b)
#define XPILER_REDUCE_ARITHMETIC(SUFFIX, T, R, U) \
  XPILER_REDUCE(add, SUFFIX, T, R, T(0), T(U(a) + U(b))) \
  XPILER_REDUCE(mul, SUFFIX, T, R, T(1), T(U(a) * U(b)))
#define XPILER_REDUCE_BITS(SUFFIX, T, R) \
  XPILER_REDUCE(and, SUFFIX, T, R, T(-1), a &b) \
  XPILER_REDUCE(or, SUFFIX, T, R, T(0), a | b)
XPILER_REDUCE_ARITHMETIC(ps, float, float, float)
XPILER_REDUCE_ARITHMETIC(pd, double, double, double)
XPILER_REDUCE_ARITHMETIC(epi32, xpiler_avx512::i32, int, u32)
XPILER_REDUCE_ARITHMETIC(epi64, xpiler_avx512::i64, long long, u64)
XPILER_REDUCE_BITS(epi32, xpiler_avx512::i32, int)
XPILER_REDUCE_BITS(epi64, xpiler_avx512::i64, long long)
XPILER_REDUCE_ALL(ps, float, float, -INFINITY, INFINITY)
XPILER_REDUCE_ALL(pd, double, double, -INFINITY, INFINITY)
XPILER_REDUCE_ALL(epi32, xpiler_avx512::i32, int, INT32_MIN, INT32_MAX)
XPILER_REDUCE_ALL(epi64, xpiler_avx512::i64, long long, INT64_MIN, INT64_MAX)
XPILER_REDUCE_ALL(epu32, xpiler_avx512::u32, unsigned, 0u, UINT32_MAX)
XPILER_REDUCE_ALL(epu64, xpiler_avx512::u64, unsigned long long, 0ull, UINT64_MAX)
#undef XPILER_REDUCE_BITS
#undef XPILER_REDUCE_ARITHMETIC
#undef XPILER_REDUCE_ALL
#undef XPILER_REDUCE

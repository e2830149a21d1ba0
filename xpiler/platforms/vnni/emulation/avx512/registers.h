// Register types, and a register seen as an array of lanes.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <type_traits>

typedef float __m128 __attribute__((vector_size(16), may_alias));
typedef double __m128d __attribute__((vector_size(16), may_alias));
typedef long long __m128i __attribute__((vector_size(16), may_alias));
typedef float __m256 __attribute__((vector_size(32), may_alias));
typedef double __m256d __attribute__((vector_size(32), may_alias));
typedef long long __m256i __attribute__((vector_size(32), may_alias));
typedef float __m512 __attribute__((vector_size(64), may_alias));
typedef double __m512d __attribute__((vector_size(64), may_alias));
typedef long long __m512i __attribute__((vector_size(64), may_alias));
typedef short __m128bh __attribute__((vector_size(16), may_alias));
typedef short __m256bh __attribute__((vector_size(32), may_alias));
typedef short __m512bh __attribute__((vector_size(64), may_alias));
typedef unsigned char __mmask8;
typedef unsigned short __mmask16;
typedef unsigned int __mmask32;
typedef unsigned long long __mmask64;

namespace xpiler_avx512 {

using i8 = std::int8_t;
using i16 = std::int16_t;
using i32 = std::int32_t;
using i64 = std::int64_t;
using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;

template <class T, int W>
struct register_of;
#define XPILER_REGISTER(W) \
  template <class T> \
  struct register_of<T, W> { \
    static_assert(std::is_integral_v<T>); \
    typedef __m##W##i type; \
  }; \
  template <> \
  struct register_of<float, W> { \
    typedef __m##W type; \
  }; \
  template <> \
  struct register_of<double, W> { \
    typedef __m##W##d type; \
  };
XPILER_REGISTER(128)
XPILER_REGISTER(256)
XPILER_REGISTER(512)
#undef XPILER_REGISTER

/// The register of W bits that holds lanes of type T.
template <class T, int W>
using reg = typename register_of<T, W>::type;

template <class T, int W>
constexpr int count = W / 8 / int(sizeof(T));

template <int N>
using mask_for =
    std::conditional_t<(N <= 8), __mmask8, std::conditional_t<N == 16, __mmask16, std::conditional_t<N == 32, __mmask32, __mmask64>>>;

/// The mask with one bit for each lane.
template <class T, int W>
using mask = mask_for<count<T, W>>;

/// The lanes of a register, lane 0 first.
template <class T, int W>
struct Lanes {
  T at[count<T, W>];
  T &operator[](int i) { return at[i]; }
  const T &operator[](int i) const { return at[i]; }
};

template <class T, int W, class V>
inline Lanes<T, W> lanes(const V &v) {
  static_assert(sizeof(V) == W / 8);
  Lanes<T, W> out;
  std::memcpy(out.at, &v, sizeof out.at);
  return out;
}

template <class T, int W>
inline reg<T, W> pack(const Lanes<T, W> &in) {
  reg<T, W> out;
  std::memcpy(&out, in.at, sizeof out);
  return out;
}

/// The bits of one register as another type of the same size.
template <class To, class From>
inline To bits(const From &from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

template <class T, int W, class F>
inline reg<T, W> map(reg<T, W> va, F f) {
  Lanes<T, W> a = lanes<T, W>(va);
  for (int i = 0; i < count<T, W>; i++) a[i] = f(a[i]);
  return pack<T, W>(a);
}
template <class T, int W, class F>
inline reg<T, W> map(reg<T, W> va, reg<T, W> vb, F f) {
  Lanes<T, W> a = lanes<T, W>(va), b = lanes<T, W>(vb);
  for (int i = 0; i < count<T, W>; i++) a[i] = f(a[i], b[i]);
  return pack<T, W>(a);
}
template <class T, int W, class F>
inline reg<T, W> map(reg<T, W> va, reg<T, W> vb, reg<T, W> vc, F f) {
  Lanes<T, W> a = lanes<T, W>(va), b = lanes<T, W>(vb), c = lanes<T, W>(vc);
  for (int i = 0; i < count<T, W>; i++) a[i] = f(a[i], b[i], c[i]);
  return pack<T, W>(a);
}

/// Lanes of `chosen` where the mask has a one, of `other` elsewhere.
template <class T, int W, class V>
inline V blend(u64 k, V other, V chosen) {
  Lanes<T, W> a = lanes<T, W>(other), b = lanes<T, W>(chosen);
  for (int i = 0; i < count<T, W>; i++) a[i] = (k >> i & 1) ? b[i] : a[i];
  V out;
  std::memcpy(&out, a.at, sizeof out);
  return out;
}

template <class T>
inline T clamped(i64 x) {
  const i64 low = std::numeric_limits<T>::min(), high = std::numeric_limits<T>::max();
  return T(x < low ? low : x > high ? high : x);
}

} // namespace xpiler_avx512

#define XPILER_WIDTHS(M, ...) M(_mm, 128, __VA_ARGS__) M(_mm256, 256, __VA_ARGS__) M(_mm512, 512, __VA_ARGS__)
#define XPILER_NARROW(M, ...) M(_mm, 128, __VA_ARGS__) M(_mm256, 256, __VA_ARGS__)
#define XPILER_WIDE(M, ...) M(_mm512, 512, __VA_ARGS__)
#define XPILER_256_512(M, ...) M(_mm256, 256, __VA_ARGS__) M(_mm512, 512, __VA_ARGS__)
#define XPILER_REG(T, W) xpiler_avx512::reg<T, W>
#define XPILER_MASK(T, W) xpiler_avx512::mask<T, W>

// One operand and two: the expression is in lanes a and b. Some instructions have no masked form, and some names only those.
#define XPILER_UNARY_PLAIN(P, W, NAME, T, ...) \
  inline XPILER_REG(T, W) P##_##NAME(XPILER_REG(T, W) va) { \
    using namespace xpiler_avx512; \
    return map<T, W>(va, [](T a) -> T { return __VA_ARGS__; }); \
  }
#define XPILER_UNARY_MASK(P, W, NAME, T) \
  inline XPILER_REG(T, W) P##_mask_##NAME(XPILER_REG(T, W) src, XPILER_MASK(T, W) k, XPILER_REG(T, W) va) { \
    return xpiler_avx512::blend<T, W>(k, src, P##_##NAME(va)); \
  }
#define XPILER_UNARY(P, W, NAME, T, ...) \
  XPILER_UNARY_PLAIN(P, W, NAME, T, __VA_ARGS__) \
  XPILER_UNARY_MASK(P, W, NAME, T) \
  inline XPILER_REG(T, W) P##_maskz_##NAME(XPILER_MASK(T, W) k, XPILER_REG(T, W) va) { \
    return xpiler_avx512::blend<T, W>(k, XPILER_REG(T, W){}, P##_##NAME(va)); \
  }
#define XPILER_BINARY_PLAIN(P, W, NAME, T, ...) \
  inline XPILER_REG(T, W) P##_##NAME(XPILER_REG(T, W) va, XPILER_REG(T, W) vb) { \
    using namespace xpiler_avx512; \
    return map<T, W>(va, vb, [](T a, T b) -> T { return __VA_ARGS__; }); \
  }
#define XPILER_BINARY_MASKED(P, W, NAME, T, PLAIN) \
  inline XPILER_REG(T, W) P##_mask_##NAME(XPILER_REG(T, W) src, XPILER_MASK(T, W) k, XPILER_REG(T, W) va, XPILER_REG(T, W) vb) { \
    return xpiler_avx512::blend<T, W>(k, src, P##_##PLAIN(va, vb)); \
  } \
  inline XPILER_REG(T, W) P##_maskz_##NAME(XPILER_MASK(T, W) k, XPILER_REG(T, W) va, XPILER_REG(T, W) vb) { \
    return xpiler_avx512::blend<T, W>(k, XPILER_REG(T, W){}, P##_##PLAIN(va, vb)); \
  }
#define XPILER_BINARY(P, W, NAME, T, ...) \
  XPILER_BINARY_PLAIN(P, W, NAME, T, __VA_ARGS__) \
  XPILER_BINARY_MASKED(P, W, NAME, T, NAME)

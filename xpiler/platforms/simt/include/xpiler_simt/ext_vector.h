// clang's ext_vector_type for g++: elements by [] and, up to four, by name; arithmetic by element.
// The rewriter turns the attribute into this type.
#pragma once
#include <cstddef>
#include <type_traits>

#include "execution.h"

namespace xpiler_simt {

template <class T, int N>
struct alignas(sizeof(T) * (N == 3 ? 4 : N)) VectorStorage {
  T elements[N];
};
template <class T>
struct alignas(sizeof(T) * 2) VectorStorage<T, 2> {
  union {
    T elements[2];
    struct {
      T x, y;
    };
  };
};
template <class T>
struct alignas(sizeof(T) * 4) VectorStorage<T, 3> {
  union {
    T elements[3];
    struct {
      T x, y, z;
    };
  };
};
template <class T>
struct alignas(sizeof(T) * 4) VectorStorage<T, 4> {
  union {
    T elements[4];
    struct {
      T x, y, z, w;
    };
  };
};

template <class T, int N>
struct ext_vector : VectorStorage<T, N> {
  using VectorStorage<T, N>::elements;
  ext_vector() = default;
  XPILER_SIMT_INLINE ext_vector(T every) {
    for (int i = 0; i < N; ++i) elements[i] = every;
  }
  template <class A, class B, class... Rest>
  XPILER_SIMT_INLINE ext_vector(A a, B b, Rest... rest) {
    static_assert(sizeof...(Rest) + 2 <= N, "too many elements");
    T given[] = {T(a), T(b), T(rest)...};
    for (int i = 0; i < N; ++i) elements[i] = i < int(sizeof...(Rest) + 2) ? given[i] : T(0);
  }
  XPILER_SIMT_INLINE T &operator[](std::size_t i) { return elements[i]; }
  XPILER_SIMT_INLINE const T &operator[](std::size_t i) const { return elements[i]; }
};

#define XPILER_SIMT_VECTOR_OPERATOR(symbol) \
  template <class T, int N> \
  XPILER_SIMT_INLINE ext_vector<T, N> operator symbol(ext_vector<T, N> a, const ext_vector<T, N> &b) { \
    for (int i = 0; i < N; ++i) a[i] = T(a[i] symbol b[i]); \
    return a; \
  } \
  template <class T, int N> \
  XPILER_SIMT_INLINE ext_vector<T, N> operator symbol(ext_vector<T, N> a, std::common_type_t<T> b) { \
    return a symbol ext_vector<T, N>(b); \
  } \
  template <class T, int N> \
  XPILER_SIMT_INLINE ext_vector<T, N> operator symbol(std::common_type_t<T> a, const ext_vector<T, N> &b) { \
    return ext_vector<T, N>(a) symbol b; \
  } \
  template <class T, int N, class B> \
  XPILER_SIMT_INLINE ext_vector<T, N> &operator symbol## = (ext_vector<T, N> & a, const B &b) { \
    return a = a symbol b; \
  }
XPILER_SIMT_VECTOR_OPERATOR(+)
XPILER_SIMT_VECTOR_OPERATOR(-)
XPILER_SIMT_VECTOR_OPERATOR(*)
XPILER_SIMT_VECTOR_OPERATOR(/)
XPILER_SIMT_VECTOR_OPERATOR(%)
XPILER_SIMT_VECTOR_OPERATOR(&)
XPILER_SIMT_VECTOR_OPERATOR(|)
XPILER_SIMT_VECTOR_OPERATOR(^)
XPILER_SIMT_VECTOR_OPERATOR(<<)
XPILER_SIMT_VECTOR_OPERATOR(>>)
#undef XPILER_SIMT_VECTOR_OPERATOR

template <class T, int N>
XPILER_SIMT_INLINE ext_vector<T, N> operator-(const ext_vector<T, N> &a) {
  return ext_vector<T, N>(T(0)) - a;
}

} // namespace xpiler_simt

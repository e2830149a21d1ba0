// HIP's vector types have arithmetic (CUDA's have none).
#pragma once
#include "../../xpiler_simt/vector_types.h"

#define XPILER_SIMT_OPERATOR(V, T, n, symbol) \
  XPILER_SIMT_INLINE V##n operator symbol(V##n a, V##n b) { \
    auto each = [](T p, T q) { return T(p symbol q); }; \
    return XPILER_SIMT_JOIN##n(each); \
  } \
  XPILER_SIMT_INLINE V##n operator symbol(V##n a, T s) { \
    V##n b = XPILER_SIMT_SPLAT##n(s); \
    return a symbol b; \
  } \
  XPILER_SIMT_INLINE V##n operator symbol(T s, V##n b) { \
    V##n a = XPILER_SIMT_SPLAT##n(s); \
    return a symbol b; \
  } \
  XPILER_SIMT_INLINE V##n &operator symbol## = (V##n & a, V##n b) { return a = a symbol b; } \
  XPILER_SIMT_INLINE V##n &operator symbol## = (V##n & a, T s) { return a = a symbol s; }
#define XPILER_SIMT_JOIN2(f) {f(a.x, b.x), f(a.y, b.y)}
#define XPILER_SIMT_JOIN3(f) {f(a.x, b.x), f(a.y, b.y), f(a.z, b.z)}
#define XPILER_SIMT_JOIN4(f) {f(a.x, b.x), f(a.y, b.y), f(a.z, b.z), f(a.w, b.w)}
#define XPILER_SIMT_SPLAT2(s) {s, s}
#define XPILER_SIMT_SPLAT3(s) {s, s, s}
#define XPILER_SIMT_SPLAT4(s) {s, s, s, s}
#define XPILER_SIMT_OPERATORS(V, T, n) \
  XPILER_SIMT_OPERATOR(V, T, n, +) \
  XPILER_SIMT_OPERATOR(V, T, n, -) \
  XPILER_SIMT_OPERATOR(V, T, n, *) \
  XPILER_SIMT_OPERATOR(V, T, n, /)
#define XPILER_SIMT_OPERATORS_OF(V, T) \
  XPILER_SIMT_OPERATORS(V, T, 2) \
  XPILER_SIMT_OPERATORS(V, T, 3) \
  XPILER_SIMT_OPERATORS(V, T, 4)
XPILER_SIMT_OPERATORS_OF(float, float)
XPILER_SIMT_OPERATORS_OF(double, double)
XPILER_SIMT_OPERATORS_OF(int, int)
XPILER_SIMT_OPERATORS_OF(uint, unsigned)
#undef XPILER_SIMT_OPERATORS_OF
#undef XPILER_SIMT_OPERATORS
#undef XPILER_SIMT_OPERATOR

// Fused multiply-add and its signs, rounded once.
#pragma once
#include "registers.h"

namespace xpiler_avx512 {

inline float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
inline double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }

} // namespace xpiler_avx512

#define XPILER_FUSED(P, W, NAME, T, ...) \
  inline XPILER_REG(T, W) P##_##NAME(XPILER_REG(T, W) va, XPILER_REG(T, W) vb, XPILER_REG(T, W) vc) { \
    return xpiler_avx512::map<T, W>(va, vb, vc, [](T a, T b, T c) { return xpiler_avx512::fma(__VA_ARGS__); }); \
  } \
  inline XPILER_REG(T, W) P##_mask_##NAME(XPILER_REG(T, W) va, XPILER_MASK(T, W) k, XPILER_REG(T, W) vb, XPILER_REG(T, W) vc) { \
    return xpiler_avx512::blend<T, W>(k, va, P##_##NAME(va, vb, vc)); \
  } \
  inline XPILER_REG(T, W) P##_mask3_##NAME(XPILER_REG(T, W) va, XPILER_REG(T, W) vb, XPILER_REG(T, W) vc, XPILER_MASK(T, W) k) { \
    return xpiler_avx512::blend<T, W>(k, vc, P##_##NAME(va, vb, vc)); \
  } \
  inline XPILER_REG(T, W) P##_maskz_##NAME(XPILER_MASK(T, W) k, XPILER_REG(T, W) va, XPILER_REG(T, W) vb, XPILER_REG(T, W) vc) { \
    return xpiler_avx512::blend<T, W>(k, XPILER_REG(T, W){}, P##_##NAME(va, vb, vc)); \
  }
#define XPILER_FUSEDS(NAME, ...) \
  XPILER_WIDTHS(XPILER_FUSED, NAME##_ps, float, __VA_ARGS__) \
  XPILER_WIDTHS(XPILER_FUSED, NAME##_pd, double, __VA_ARGS__)
XPILER_FUSEDS(fmadd, a, b, c)
XPILER_FUSEDS(fmsub, a, b, -c)
XPILER_FUSEDS(fnmadd, -a, b, c)
XPILER_FUSEDS(fnmsub, -a, b, -c)
#undef XPILER_FUSEDS
#undef XPILER_FUSED

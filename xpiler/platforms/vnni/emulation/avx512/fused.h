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

namespace xpiler_avx512 {

/// c with the sign turned in the lanes from `first` on, every second one.
template <class T, int W>
inline reg<T, W> turned(reg<T, W> vc, int first) {
  Lanes<T, W> c = lanes<T, W>(vc);
  for (int i = first; i < count<T, W>; i += 2) c[i] = -c[i];
  return pack<T, W>(c);
}

} // namespace xpiler_avx512

#define XPILER_FUSEDS(NAME, ...) \
  XPILER_WIDTHS(XPILER_FUSED, NAME##_ps, float, __VA_ARGS__) \
  XPILER_WIDTHS(XPILER_FUSED, NAME##_pd, double, __VA_ARGS__)
XPILER_FUSEDS(fmadd, a, b, c)
XPILER_FUSEDS(fmsub, a, b, -c)
XPILER_FUSEDS(fnmadd, -a, b, c)
XPILER_FUSEDS(fnmsub, -a, b, -c)
#undef XPILER_FUSEDS
#undef XPILER_FUSED

// fmaddsub subtracts in the even lanes and adds in the odd ones; fmsubadd the other way round.
#define XPILER_ALTERNATING(P, W, NAME, PLAIN, T, FIRST) \
  inline XPILER_REG(T, W) P##_##NAME(XPILER_REG(T, W) a, XPILER_REG(T, W) b, XPILER_REG(T, W) c) { \
    return P##_##PLAIN(a, b, xpiler_avx512::turned<T, W>(c, FIRST)); \
  } \
  inline XPILER_REG(T, W) P##_mask_##NAME(XPILER_REG(T, W) a, XPILER_MASK(T, W) k, XPILER_REG(T, W) b, XPILER_REG(T, W) c) { \
    return xpiler_avx512::blend<T, W>(k, a, P##_##NAME(a, b, c)); \
  } \
  inline XPILER_REG(T, W) P##_mask3_##NAME(XPILER_REG(T, W) a, XPILER_REG(T, W) b, XPILER_REG(T, W) c, XPILER_MASK(T, W) k) { \
    return xpiler_avx512::blend<T, W>(k, c, P##_##NAME(a, b, c)); \
  } \
  inline XPILER_REG(T, W) P##_maskz_##NAME(XPILER_MASK(T, W) k, XPILER_REG(T, W) a, XPILER_REG(T, W) b, XPILER_REG(T, W) c) { \
    return xpiler_avx512::blend<T, W>(k, XPILER_REG(T, W){}, P##_##NAME(a, b, c)); \
  }
XPILER_WIDTHS(XPILER_ALTERNATING, fmaddsub_ps, fmadd_ps, float, 0)
XPILER_WIDTHS(XPILER_ALTERNATING, fmaddsub_pd, fmadd_pd, double, 0)
XPILER_WIDTHS(XPILER_ALTERNATING, fmsubadd_ps, fmadd_ps, float, 1)
XPILER_WIDTHS(XPILER_ALTERNATING, fmsubadd_pd, fmadd_pd, double, 1)
#undef XPILER_ALTERNATING

#define XPILER_ADDSUB(P, W, NAME, PLAIN, T) \
  inline XPILER_REG(T, W) P##_##NAME(XPILER_REG(T, W) a, XPILER_REG(T, W) b) { return P##_##PLAIN(a, xpiler_avx512::turned<T, W>(b, 0)); }
XPILER_ADDSUB(_mm, 128, addsub_ps, add_ps, float)
XPILER_ADDSUB(_mm256, 256, addsub_ps, add_ps, float)
XPILER_ADDSUB(_mm, 128, addsub_pd, add_pd, double)
XPILER_ADDSUB(_mm256, 256, addsub_pd, add_pd, double)
#undef XPILER_ADDSUB

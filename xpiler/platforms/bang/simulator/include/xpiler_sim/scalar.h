// Scalar functions of device code: min and max, conversions with rounding modes, bit casts, printf.
#pragma once
#include <cmath>
#include <cstdio>

#include "xpiler_sim/call.h"
#include "xpiler_sim/types.h"

template <class A, class B>
inline std::common_type_t<A, B> min(A a, B b) {
  using C = std::common_type_t<A, B>;
  return C(b) < C(a) ? C(b) : C(a);
}
template <class A, class B>
inline std::common_type_t<A, B> max(A a, B b) {
  using C = std::common_type_t<A, B>;
  return C(a) < C(b) ? C(b) : C(a);
}

namespace xpiler_sim {

/// How a conversion rounds (bang-c.md 3.7): rd is to nearest with ties away from zero, rm is floor(x + 0.5).
enum class Round : unsigned char { rn, rd, tz, oz, up, dn, rm, sr };

half float_to_half(float x, Round mode);
bfloat16_t float_to_bfloat16(float x, Round mode);
long long round_to_integer(double x, Round mode, Type type);

} // namespace xpiler_sim

#define XPILER_SIM_SCALAR_ROUND(suffix, mode) \
  inline half __float2half##suffix(float x) { return xpiler_sim::float_to_half(x, xpiler_sim::Round::mode); } \
  inline bfloat16_t __float2bfloat16##suffix(float x) { return xpiler_sim::float_to_bfloat16(x, xpiler_sim::Round::mode); } \
  inline int __float2int32##suffix(float x) { \
    return int(xpiler_sim::round_to_integer(x, xpiler_sim::Round::mode, xpiler_sim::Type::i32)); \
  } \
  inline short __float2int16##suffix(float x) { \
    return short(xpiler_sim::round_to_integer(x, xpiler_sim::Round::mode, xpiler_sim::Type::i16)); \
  } \
  inline signed char __float2int8##suffix(float x) { \
    return (signed char)(xpiler_sim::round_to_integer(x, xpiler_sim::Round::mode, xpiler_sim::Type::i8)); \
  } \
  inline int __half2int##suffix(half x) { return __float2int32##suffix(float(x)); } \
  inline int __bfloat162int##suffix(bfloat16_t x) { return __float2int32##suffix(float(x)); } \
  inline half __int2half##suffix(int x) { return xpiler_sim::float_to_half(float(x), xpiler_sim::Round::mode); }
XPILER_SIM_SCALAR_ROUND(, tz)
XPILER_SIM_SCALAR_ROUND(_rn, rn)
XPILER_SIM_SCALAR_ROUND(_rd, rd)
XPILER_SIM_SCALAR_ROUND(_tz, tz)
XPILER_SIM_SCALAR_ROUND(_oz, oz)
XPILER_SIM_SCALAR_ROUND(_up, up)
XPILER_SIM_SCALAR_ROUND(_dn, dn)
#undef XPILER_SIM_SCALAR_ROUND

inline float __half2float(half x) { return float(x); }
inline float __bfloat162float(bfloat16_t x) { return float(x); }
inline float __int322float(int x) { return float(x); }
inline float __int2float(int x) { return float(x); }
inline float __int2float_rn(int x) { return float(x); }

template <class... Values>
inline void __bang_printf(const char *format, Values... values) {
  static_assert(sizeof...(values) <= 16, "__bang_printf takes at most 16 arguments");
  std::printf(format, values...);
}

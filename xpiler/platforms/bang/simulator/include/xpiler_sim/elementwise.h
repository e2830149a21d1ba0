// Element-wise families: vector with vector, with scalar, with a cycled segment; unary and "active" functions.
#pragma once
#include "xpiler_sim/call.h"
#include "xpiler_sim/types.h"

namespace xpiler_sim {

enum class Binary : unsigned char {
  add,
  sub,
  mul,
  div,
  rem,
  adds,
  subs,
  mulh,
  add_tz,
  maxequal,
  minequal,
  maximum,
  minimum,
  nan_maximum,
  nan_minimum,
  eq,
  ne,
  gt,
  ge,
  lt,
  le,
  equ,
  neu,
  gtu,
  geu,
  ltu,
  leu,
  land,
  lor,
  lxor,
  band,
  bor,
  bxor,
  sll,
  srl,
  sra,
  rol,
  ror
};

enum class Unary : unsigned char {
  abs,
  neg,
  square,
  recip,
  sqrt,
  rsqrt,
  exp,
  exp2,
  exp_less_0,
  log,
  log2,
  log10,
  sin,
  cos,
  tanh,
  sigmoid,
  gelu,
  relu,
  sign,
  pow2,
  floor,
  ceil,
  round,
  nearbyint,
  trunc,
  lnot,
  bnot,
  softplus
};

/// How the second operand is read: one per element, one for all, or `segment` of them over and over.
enum class Second : unsigned char { vector, scalar, cycle };

struct BinaryCall {
  Binary op;
  Type type;
  void *dst;
  const void *first;
  const void *second;
  unsigned count;
  Second form;
  unsigned segment;
  bool packed_bits = false;
};
void binary(const Call &call, const BinaryCall &request);

/// `overlap`: dst may be src. `range`: the documented input range is checked.
struct UnaryCall {
  Unary op;
  Type type;
  void *dst;
  const void *src;
  unsigned count;
  bool overlap = true;
  bool active = false;
};
void unary(const Call &call, const UnaryCall &request);

void widening(const Call &call, Type type, void *dst, const void *first, const void *second, unsigned count, bool scalar);
void clamp_relu(const Call &call, Type type, void *dst, const void *src, unsigned count, float cap);

} // namespace xpiler_sim

#define XPILER_SIM_VECTOR(name, op) \
  template <class T> \
  inline void name(T *dst, const T *src0, const T *src1, unsigned n, XPILER_SIM_AT) { \
    using namespace xpiler_sim; \
    binary({#name, at}, {Binary::op, type_of<T>(), dst, src0, src1, n, Second::vector, n}); \
  }
#define XPILER_SIM_WITH_SCALAR(name, op) \
  template <class T> \
  inline void name(T *dst, const T *src, xpiler_sim::scalar_of<T> value, unsigned n, XPILER_SIM_AT) { \
    using namespace xpiler_sim; \
    binary({#name, at}, {Binary::op, type_of<T>(), dst, src, &value, n, Second::scalar, 1}); \
  }
#define XPILER_SIM_CYCLE(name, op) \
  template <class T> \
  inline void name(T *dst, const T *src, const T *seg, unsigned src_n, unsigned seg_n, XPILER_SIM_AT) { \
    using namespace xpiler_sim; \
    binary({#name, at}, {Binary::op, type_of<T>(), dst, src, seg, src_n, Second::cycle, seg_n}); \
  }
#define XPILER_SIM_BITINDEX(name, op) \
  template <class T> \
  inline void name##_bitindex(void *dst, const T *src0, const T *src1, unsigned n, XPILER_SIM_AT) { \
    using namespace xpiler_sim; \
    binary({#name "_bitindex", at}, {Binary::op, type_of<T>(), dst, src0, src1, n, Second::vector, n, true}); \
  }
#define XPILER_SIM_FAMILY(name, op) \
  XPILER_SIM_VECTOR(__bang_##name, op) \
  XPILER_SIM_WITH_SCALAR(__bang_##name##_scalar, op) \
  XPILER_SIM_CYCLE(__bang_cycle_##name, op)
#define XPILER_SIM_COMPARE(name) XPILER_SIM_FAMILY(name, name) XPILER_SIM_BITINDEX(__bang_##name, name)

XPILER_SIM_FAMILY(add, add)
XPILER_SIM_FAMILY(sub, sub)
XPILER_SIM_FAMILY(mul, mul)
XPILER_SIM_FAMILY(adds, adds)
XPILER_SIM_FAMILY(subs, subs)
XPILER_SIM_FAMILY(mulh, mulh)
XPILER_SIM_FAMILY(add_tz, add_tz)
XPILER_SIM_VECTOR(__bang_div, div)
XPILER_SIM_WITH_SCALAR(__bang_div, div)
XPILER_SIM_WITH_SCALAR(__bang_div_scalar, div)
XPILER_SIM_CYCLE(__bang_cycle_div, div)
XPILER_SIM_VECTOR(__bang_rem, rem)
XPILER_SIM_WITH_SCALAR(__bang_rem, rem)
XPILER_SIM_WITH_SCALAR(__bang_rem_scalar, rem)
XPILER_SIM_WITH_SCALAR(__bang_add_const, add)
XPILER_SIM_WITH_SCALAR(__bang_sub_const, sub)
XPILER_SIM_WITH_SCALAR(__bang_mul_const, mul)

XPILER_SIM_FAMILY(maxequal, maxequal)
XPILER_SIM_FAMILY(minequal, minequal)
XPILER_SIM_WITH_SCALAR(__bang_maxeq_scalar, maxequal)
XPILER_SIM_WITH_SCALAR(__bang_mineq_scalar, minequal)
XPILER_SIM_FAMILY(maximum, maximum)
XPILER_SIM_FAMILY(minimum, minimum)
XPILER_SIM_FAMILY(nan_maximum, nan_maximum)
XPILER_SIM_FAMILY(nan_minimum, nan_minimum)

XPILER_SIM_COMPARE(eq)
XPILER_SIM_COMPARE(ne)
XPILER_SIM_COMPARE(gt)
XPILER_SIM_COMPARE(ge)
XPILER_SIM_COMPARE(lt)
XPILER_SIM_COMPARE(le)
XPILER_SIM_COMPARE(equ)
XPILER_SIM_COMPARE(neu)
XPILER_SIM_COMPARE(gtu)
XPILER_SIM_COMPARE(geu)
XPILER_SIM_COMPARE(ltu)
XPILER_SIM_COMPARE(leu)

XPILER_SIM_FAMILY(and, land)
XPILER_SIM_FAMILY(or, lor)
XPILER_SIM_FAMILY(xor, lxor)
XPILER_SIM_FAMILY(sll, sll)
XPILER_SIM_FAMILY(srl, srl)
XPILER_SIM_FAMILY(sra, sra)
XPILER_SIM_FAMILY(rol, rol)
XPILER_SIM_FAMILY(ror, ror)
#undef XPILER_SIM_COMPARE
#undef XPILER_SIM_FAMILY

// Bitwise operations count bytes, whatever the pointers' type.
#define XPILER_SIM_BITWISE(name) \
  template <class T> \
  inline void __bang_##name(T *dst, const T *src0, const T *src1, unsigned n, XPILER_SIM_AT) { \
    using namespace xpiler_sim; \
    binary({"__bang_" #name, at}, {Binary::name, Type::u8, dst, src0, src1, n, Second::vector, n}); \
  } \
  XPILER_SIM_WITH_SCALAR(__bang_##name##_scalar, name) \
  template <class T> \
  inline void __bang_cycle_##name(T *dst, const T *src, const T *seg, unsigned src_n, unsigned seg_n, XPILER_SIM_AT) { \
    using namespace xpiler_sim; \
    binary({"__bang_cycle_" #name, at}, {Binary::name, Type::u8, dst, src, seg, src_n, Second::cycle, seg_n}); \
  }
XPILER_SIM_BITWISE(band)
XPILER_SIM_BITWISE(bor)
XPILER_SIM_BITWISE(bxor)
#undef XPILER_SIM_BITWISE
#undef XPILER_SIM_BITINDEX
#undef XPILER_SIM_CYCLE
#undef XPILER_SIM_WITH_SCALAR
#undef XPILER_SIM_VECTOR

/// Division of older code: `scratch` is written with nothing a program may rely on.
template <class T>
inline void __bang_div(T *dst, const T *src0, const T *src1, T *scratch, unsigned n, XPILER_SIM_AT) {
  (void)scratch;
  __bang_div(dst, src0, src1, n, at);
}

#define XPILER_SIM_MULS(name, scalar, second_type, address) \
  template <class W, class T> \
  inline void name(W *dst, const T *src, second_type, unsigned n, XPILER_SIM_AT) { \
    static_assert(sizeof(W) == 2 * sizeof(T), "the destination of " #name " has twice the source's width"); \
    xpiler_sim::widening({#name, at}, xpiler_sim::type_of<T>(), dst, src, address, n, scalar); \
  }
XPILER_SIM_MULS(__bang_muls, false, const T *second, second)
XPILER_SIM_MULS(__bang_muls_scalar, true, xpiler_sim::scalar_of<T> value, &value)
#undef XPILER_SIM_MULS

#define XPILER_SIM_UNARY(name, op, overlap, active) \
  template <class T> \
  inline void name(T *dst, const T *src, unsigned n, XPILER_SIM_AT) { \
    using namespace xpiler_sim; \
    unary({#name, at}, {Unary::op, type_of<T>(), dst, src, n, overlap, active}); \
  }
#define XPILER_SIM_ACTIVE(name, op) XPILER_SIM_UNARY(__bang_active_##name, op, true, true)
XPILER_SIM_UNARY(__bang_abs, abs, true, false)
XPILER_SIM_UNARY(__bang_neg, neg, true, false)
XPILER_SIM_UNARY(__bang_recip, recip, true, false)
XPILER_SIM_UNARY(__bang_sqrt, sqrt, true, false)
XPILER_SIM_UNARY(__bang_rsqrt, rsqrt, true, false)
XPILER_SIM_UNARY(__bang_sin, sin, true, false)
XPILER_SIM_UNARY(__bang_cos, cos, true, false)
XPILER_SIM_UNARY(__bang_pow2, pow2, true, false)
XPILER_SIM_UNARY(__bang_log, log, true, false)
XPILER_SIM_UNARY(__bang_log2, log2, true, false)
XPILER_SIM_UNARY(__bang_exp, exp, true, false)
XPILER_SIM_UNARY(__bang_relu, relu, true, false)
XPILER_SIM_UNARY(__bang_not, lnot, true, false)
XPILER_SIM_UNARY(__bang_floor, floor, false, false)
XPILER_SIM_UNARY(__bang_ceil, ceil, false, false)
XPILER_SIM_UNARY(__bang_trunc, trunc, false, false)
XPILER_SIM_UNARY(__bang_round, round, false, false)
XPILER_SIM_UNARY(__bang_nearbyint, nearbyint, false, false)
XPILER_SIM_UNARY(__bang_sigmoid, sigmoid, true, true)
XPILER_SIM_UNARY(__bang_tanh, tanh, true, true)
XPILER_SIM_ACTIVE(abs, abs)
XPILER_SIM_ACTIVE(relu, relu)
XPILER_SIM_ACTIVE(sign, sign)
XPILER_SIM_ACTIVE(exp, exp)
XPILER_SIM_ACTIVE(exphp, exp)
XPILER_SIM_ACTIVE(exp_less_0, exp_less_0)
XPILER_SIM_ACTIVE(gelu, gelu)
XPILER_SIM_ACTIVE(gelup, gelu)
XPILER_SIM_ACTIVE(log, log)
XPILER_SIM_ACTIVE(loghp, log)
XPILER_SIM_ACTIVE(pow2, pow2)
XPILER_SIM_ACTIVE(recip, recip)
XPILER_SIM_ACTIVE(reciphp, recip)
XPILER_SIM_ACTIVE(rsqrt, rsqrt)
XPILER_SIM_ACTIVE(rsqrthp, rsqrt)
XPILER_SIM_ACTIVE(sqrt, sqrt)
XPILER_SIM_ACTIVE(sqrthp, sqrt)
XPILER_SIM_ACTIVE(sigmoid, sigmoid)
XPILER_SIM_ACTIVE(tanh, tanh)
XPILER_SIM_ACTIVE(sin, sin)
XPILER_SIM_ACTIVE(cos, cos)
#undef XPILER_SIM_ACTIVE
#undef XPILER_SIM_UNARY

inline void __bang_bnot(char *dst, const char *src, unsigned n, XPILER_SIM_AT) {
  xpiler_sim::unary({"__bang_bnot", at}, {xpiler_sim::Unary::bnot, xpiler_sim::Type::u8, dst, src, n});
}

/// Squares; a destination of twice the width (char to short, short to int) holds the whole product.
template <class W, class T>
inline void __bang_square(W *dst, const T *src, unsigned n, XPILER_SIM_AT) {
  using namespace xpiler_sim;
  if constexpr (sizeof(W) == sizeof(T)) unary({"__bang_square", at}, {Unary::square, type_of<T>(), dst, src, n});
  else widening({"__bang_square", at}, type_of<T>(), dst, src, src, n, false);
}

template <class T>
inline void __bang_relun(T *dst, const T *src, unsigned n, float cap, XPILER_SIM_AT) {
  xpiler_sim::clamp_relu({"__bang_relun", at}, xpiler_sim::type_of<T>(), dst, src, n, cap);
}

#define XPILER_SIM_TAYLOR(name, op) \
  template <class T> \
  inline void name(T *dst, const T *src, T *aux1, T *aux2, unsigned n, XPILER_SIM_AT) { \
    using namespace xpiler_sim; \
    (void)aux1, (void)aux2; \
    unary({#name, at}, {Unary::op, type_of<T>(), dst, src, n, false}); \
  }
#define XPILER_SIM_TAYLORS(op) XPILER_SIM_TAYLOR(__bang_taylor3_##op, op) XPILER_SIM_TAYLOR(__bang_taylor4_##op, op)
XPILER_SIM_TAYLORS(sigmoid)
XPILER_SIM_TAYLORS(tanh)
XPILER_SIM_TAYLORS(sin)
XPILER_SIM_TAYLORS(cos)
XPILER_SIM_TAYLORS(softplus)
#undef XPILER_SIM_TAYLORS
#undef XPILER_SIM_TAYLOR

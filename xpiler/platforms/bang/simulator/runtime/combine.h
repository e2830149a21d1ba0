// What each binary operation computes on one pair of elements.
#pragma once
#include <cmath>

#include "element.h"
#include "rounding.h"
#include "xpiler_sim/elementwise.h"

namespace xpiler_sim {

template <class C>
bool is_nan(C x) {
  if constexpr (std::is_floating_point_v<C>) return std::isnan(x);
  else return false;
}

template <class T, class C>
C compared(Binary op, C a, C b) {
  const bool unordered = is_nan(a) || is_nan(b);
  switch (op) {
  case Binary::eq: return a == b;
  case Binary::ne: return !unordered && a != b;
  case Binary::gt: return a > b;
  case Binary::ge: return a >= b;
  case Binary::lt: return a < b;
  case Binary::le: return a <= b;
  case Binary::equ: return unordered || a == b;
  case Binary::neu: return unordered || a != b;
  case Binary::gtu: return unordered || a > b;
  case Binary::geu: return unordered || a >= b;
  case Binary::ltu: return unordered || a < b;
  default: return unordered || a <= b;
  }
}

template <class T, class C>
C extreme(Binary op, C a, C b) {
  const bool larger = op == Binary::maxequal || op == Binary::maximum || op == Binary::nan_maximum;
  if (is_nan(a) || is_nan(b)) {
    if (op == Binary::maxequal || op == Binary::minequal) return a;
    if (op == Binary::nan_maximum || op == Binary::nan_minimum) return a + b;
    return is_nan(a) ? b : a;
  }
  if (larger) return a >= b ? a : b;
  return a <= b ? a : b;
}

template <class T, class C>
C saturated(C value) {
  if constexpr (is_float_v<T>) return value;
  else {
    const C low = C(std::numeric_limits<T>::min()), high = C(std::numeric_limits<T>::max());
    return value < low ? low : value > high ? high : value;
  }
}

template <class T>
T bitwise(Binary op, T a, T b) {
  if constexpr (is_float_v<T>) return a;
  else {
    using U = std::make_unsigned_t<T>;
    constexpr unsigned bits = 8 * sizeof(T);
    const U u = U(a), v = U(b);
    const unsigned turn = unsigned(v) % bits;
    switch (op) {
    case Binary::band: return T(u & v);
    case Binary::bor: return T(u | v);
    case Binary::bxor: return T(u ^ v);
    case Binary::sll: return v >= bits ? T(0) : T(U(u << unsigned(v)));
    case Binary::srl: return v >= bits ? T(0) : T(U(u >> unsigned(v)));
    case Binary::sra: return T(std::make_signed_t<T>(u) >> (v >= bits ? bits - 1 : unsigned(v)));
    case Binary::rol: return turn ? T(U(u << turn | u >> (bits - turn))) : a;
    default: return turn ? T(U(u >> turn | u << (bits - turn))) : a;
    }
  }
}

/// The sum rounded toward zero.
template <class T>
T add_toward_zero(T x, T y) {
  const double a = double(float(x)), b = double(float(y)), sum = a + b, part = sum - a;
  const double tail = (a - (sum - part)) + (b - part);
  if constexpr (std::is_same_v<T, half>) return to_half(sum, Round::tz);
  else if constexpr (std::is_same_v<T, bfloat16_t>) return to_bfloat16(sum, Round::tz);
  else return T(to_float(sum, tail, Round::tz));
}

template <class T, class C>
C arithmetic(Binary op, C a, C b) {
  switch (op) {
  case Binary::add: return a + b;
  case Binary::sub: return a - b;
  case Binary::mul: return a * b;
  case Binary::div: return std::is_integral_v<C> && b == C(0) ? C(0) : a / b;
  case Binary::rem:
    if constexpr (std::is_floating_point_v<C>) return std::fmod(a, b);
    else return b ? a % b : 0;
  case Binary::adds: return saturated<T>(a + b);
  case Binary::subs: return saturated<T>(a - b);
  default:
    if constexpr (std::is_floating_point_v<C>) return a * b;
    else return (a * b) >> (8 * sizeof(T) % 64);
  }
}

template <class T>
T combine(Binary op, T x, T y) {
  const auto a = wide(x), b = wide(y);
  using C = decltype(wide(x));
  if (op == Binary::add_tz) {
    if constexpr (is_float_v<T>) return add_toward_zero(x, y);
    else return narrow<T>(a + b);
  }
  if (op <= Binary::mulh) return narrow<T>(arithmetic<T>(op, a, b));
  if (op <= Binary::nan_minimum) return narrow<T>(extreme<T>(op, a, b));
  if (op <= Binary::leu) return narrow<T>(compared<T>(op, a, b));
  if (op == Binary::land) return narrow<T>(C(a != 0 && b != 0));
  if (op == Binary::lor) return narrow<T>(C(a != 0 || b != 0));
  if (op == Binary::lxor) return narrow<T>(C((a != 0) != (b != 0)));
  return bitwise(op, x, y);
}

} // namespace xpiler_sim

#include "rounding.h"

#include <algorithm>

#include <cmath>
#include <cstdint>

#include "options.h"

namespace xpiler_sim {
namespace {

/// A fixed sequence for stochastic rounding, so that runs repeat.
double uniform() {
  static std::uint32_t state = 2463534242u + xpiler_sim_options.seed;
  state ^= state << 13, state ^= state >> 17, state ^= state << 5;
  return state / 4294967296.0;
}

/// Rounds to `digits` binary digits with exponents from `lowest` (of the last place) up; overflow is the caller's.
double to_digits(double x, int digits, int lowest, Round mode) {
  if (x == 0 || !std::isfinite(x)) return x;
  int exponent;
  std::frexp(x, &exponent);
  const int place = std::max(exponent - digits, lowest);
  return std::ldexp(to_integral(std::ldexp(x, -place), mode), place);
}

/// Past the largest finite value: infinity to nearest, the largest value where the mode points inwards.
double overflowed(double rounded, double largest, Round mode) {
  if (std::isnan(rounded) || std::fabs(rounded) <= largest || std::isinf(rounded)) {
    return rounded;
  }
  bool inwards = mode == Round::tz || (mode == Round::up && rounded < 0) || (mode == Round::dn && rounded > 0);
  return std::copysign(inwards ? largest : INFINITY, rounded);
}

} // namespace

double to_integral(double x, Round mode) {
  switch (mode) {
  case Round::rn: return std::nearbyint(x);
  case Round::rd: return std::round(x);
  case Round::tz: return std::trunc(x);
  case Round::oz: return x < 0 ? std::floor(x) : std::ceil(x);
  case Round::up: return std::ceil(x);
  case Round::dn: return std::floor(x);
  case Round::rm: return std::floor(x + 0.5);
  case Round::sr: return std::floor(x + uniform());
  }
  return x;
}

half to_half(double x, Round mode) { return static_cast<half>(static_cast<float>(overflowed(to_digits(x, 11, -24, mode), 65504.0, mode))); }
bfloat16_t to_bfloat16(double x, Round mode) {
  return bfloat16_t(static_cast<float>(overflowed(to_digits(x, 8, -133, mode), 3.3895313892515355e38, mode)));
}

float to_float(double x, double tail, Round mode) {
  double rounded = to_digits(x, 24, -149, mode);
  bool exact = rounded == x;
  if (exact && tail != 0 && mode == Round::tz && (tail < 0) != (x < 0)) return std::nextafterf(float(x), 0.0f);
  return static_cast<float>(overflowed(rounded, 3.4028234663852886e38, mode));
}

half float_to_half(float x, Round mode) { return to_half(x, mode); }
bfloat16_t float_to_bfloat16(float x, Round mode) { return to_bfloat16(x, mode); }

long long round_to_integer(double x, Round mode, Type type) {
  const int bits = 8 * bytes_of(type);
  const bool is_signed = type == Type::i8 || type == Type::i16 || type == Type::i32;
  const double high = std::ldexp(1.0, is_signed ? bits - 1 : bits), low = is_signed ? -high : 0;
  if (std::isnan(x)) return 0;
  const double rounded = to_integral(x, mode);
  if (rounded >= low && rounded < high) return (long long)rounded;
  if (xpiler_sim_options.saturate) return (long long)(rounded < low ? low : high - 1);
  return (long long)std::fmod(rounded, std::ldexp(1.0, bits));
}

} // namespace xpiler_sim

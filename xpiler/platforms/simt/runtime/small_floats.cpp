#include "../include/xpiler_simt/small_floats.h"

#include <cmath>
#include <cstring>

namespace xpiler_simt {

static std::uint64_t bits_of(double value) {
  std::uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// `kept` with its `dropped` lower bits rounded away.
static std::uint64_t round_bits(std::uint64_t whole, unsigned dropped, bool negative, Rounding rounding) {
  if (dropped == 0) return whole;
  if (dropped > 63) return rounding == (negative ? Rounding::down : Rounding::up) && whole ? 1 : 0;
  std::uint64_t kept = whole >> dropped, rest = whole & ((1ull << dropped) - 1), middle = 1ull << (dropped - 1);
  switch (rounding) {
  case Rounding::nearest: return kept + (rest > middle || (rest == middle && (kept & 1)));
  case Rounding::to_zero: return kept;
  case Rounding::up: return kept + (rest && !negative);
  default: return kept + (rest && negative);
  }
}

unsigned narrow(double value, const SmallFormat &f, Rounding rounding, bool saturate) {
  const unsigned sign_bit = 1u << (f.exponent + f.mantissa);
  const unsigned top = (1u << f.exponent) - 1;
  const unsigned infinity = f.has_infinity ? top << f.mantissa : f.nan;
  const unsigned largest = infinity - 1;
  std::uint64_t bits = bits_of(value);
  bool negative = bits >> 63;
  unsigned sign = negative ? sign_bit : 0;
  int exponent = int(bits >> 52 & 0x7ff);
  std::uint64_t mantissa = bits & 0xfffffffffffffull;
  if (exponent == 0x7ff) {
    if (mantissa) return f.nan;
    return sign | (saturate ? largest : infinity);
  }
  if (exponent) mantissa |= 1ull << 52;
  int target = exponent - 1023 + int(f.bias); // biased exponent in the small format
  unsigned dropped = 52 - f.mantissa + (target < 1 ? unsigned(1 - target) : 0);
  std::uint64_t rounded = round_bits(mantissa, dropped, negative, rounding);
  // A normal number's leading one adds the last unit of the exponent; so does a carry.
  std::uint64_t result = rounded + (target >= 1 ? std::uint64_t(target - 1) << f.mantissa : 0);
  if (result <= largest) return sign | unsigned(result);
  bool towards_zero = rounding == Rounding::to_zero || rounding == (negative ? Rounding::up : Rounding::down);
  return sign | (saturate || towards_zero ? largest : infinity);
}

float widen(unsigned bits, const SmallFormat &f) {
  unsigned sign = bits >> (f.exponent + f.mantissa) & 1, top = (1u << f.exponent) - 1;
  unsigned exponent = bits >> f.mantissa & top, mantissa = bits & ((1u << f.mantissa) - 1);
  bool nan = f.has_infinity ? exponent == top && mantissa : (bits & ~(1u << (f.exponent + f.mantissa))) == f.nan;
  float magnitude;
  if (nan) magnitude = NAN;
  else if (f.has_infinity && exponent == top) magnitude = INFINITY;
  else if (exponent == 0) magnitude = std::ldexp(float(mantissa), 1 - int(f.bias) - int(f.mantissa));
  else magnitude = std::ldexp(float(mantissa | 1u << f.mantissa), int(exponent) - int(f.bias) - int(f.mantissa));
  return sign ? -magnitude : magnitude;
}

/// Every half as a float, looked up.
static const float *half_table() {
  static float *table = [] {
    float *values = new float[65536];
    for (unsigned bits = 0; bits < 65536; ++bits) values[bits] = widen(bits, half_format);
    return values;
  }();
  return table;
}

static const float *const halves = half_table();

float half_value(std::uint16_t bits) { return halves ? halves[bits] : widen(bits, half_format); }
std::uint16_t half_bits(double value) { return std::uint16_t(narrow(value, half_format)); }
std::uint16_t bfloat16_bits(double value) { return std::uint16_t(narrow(value, bfloat16_format)); }

float bfloat16_value(std::uint16_t bits) {
  std::uint32_t word = std::uint32_t(bits) << 16;
  float value;
  std::memcpy(&value, &word, sizeof value);
  return value;
}

double fused(double a, double b, double c) {
  double product = a * b; // exact: the factors have at most 24 bits each
  double sum = product + c;
  double back = sum - product, lost = (product - (sum - back)) + (c - back);
  if (lost == 0 || !std::isfinite(sum)) return sum;
  std::uint64_t bits = bits_of(sum);
  if (bits & 1) return sum;
  // Round to odd: step towards what was lost, so that no later rounding takes the sum for a tie.
  bool away = (lost > 0) == (sum > 0);
  bits = away ? bits + 1 : bits - 1;
  std::memcpy(&sum, &bits, sizeof sum);
  return sum;
}

} // namespace xpiler_simt

// The formats narrower than float: conversions with one correct rounding, in software, the same on
// every machine. Arithmetic on them is done in double, where sums and products are exact.
#pragma once
#include <cstdint>

#include "execution.h"

namespace xpiler_simt {

enum class Rounding { nearest, to_zero, up, down };

/// A format of 1 sign bit, `exponent` and `mantissa` bits.
struct SmallFormat {
  unsigned exponent, mantissa, bias;
  bool has_infinity; // false: all-ones is NaN and the rest of its binade are numbers
  unsigned nan;      // bits of the canonical NaN
};
constexpr SmallFormat half_format{5, 10, 15, true, 0x7fff};
constexpr SmallFormat bfloat16_format{8, 7, 127, true, 0x7fff};
constexpr SmallFormat e4m3_format{4, 3, 7, false, 0x7f};
constexpr SmallFormat e5m2_format{5, 2, 15, true, 0x7f};

/// The bits of `value` in `format`. `saturate` turns overflow into the largest number.
unsigned narrow(double value, const SmallFormat &format, Rounding rounding = Rounding::nearest, bool saturate = false);
float widen(unsigned bits, const SmallFormat &format);

float half_value(std::uint16_t bits);
std::uint16_t half_bits(double value);
float bfloat16_value(std::uint16_t bits);
std::uint16_t bfloat16_bits(double value);

/// a * b + c with one rounding, in double: what is lost goes into the last bit, so that rounding
/// again to a small format gives the correct result.
double fused(double a, double b, double c);

} // namespace xpiler_simt

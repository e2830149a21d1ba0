// Elements of matrix-core operands as the bits they are, and what they are worth.
#pragma once
#include "../../xpiler_simt/small_floats.h"

namespace xpiler_simt {

struct HalfBits {
  std::uint16_t bits;
  operator float() const { return half_value(bits); }
};
struct Bfloat16Bits {
  std::uint16_t bits;
  operator float() const { return bfloat16_value(bits); }
};

// gfx942 has the FNUZ formats (one zero, no infinity, NaN is the bits of -0), gfx950 the OCP ones.
inline float fnuz_value(unsigned bits, unsigned exponent, unsigned mantissa, unsigned bias) {
  if (bits == 0x80) return __builtin_nanf("");
  SmallFormat wider{exponent, mantissa, bias, false, 0x100};
  return widen(bits, wider);
}
struct Fp8Bits {
  unsigned char bits;
#if defined(__gfx950__)
  operator float() const { return widen(bits, e4m3_format); }
#else
  operator float() const { return fnuz_value(bits, 4, 3, 8); }
#endif
};
struct Bf8Bits {
  unsigned char bits;
#if defined(__gfx950__)
  operator float() const { return widen(bits, e5m2_format); }
#else
  operator float() const { return fnuz_value(bits, 5, 2, 16); }
#endif
};

} // namespace xpiler_simt

// Rounding of values to element types in every mode of bang-c.md 3.7.
#pragma once
#include "element.h"
#include "xpiler_sim/scalar.h"

namespace xpiler_sim {

/// The integral value nearest to x in the sense of the mode.
double to_integral(double x, Round mode);

/// x (plus `tail`, which lies beyond double's last bit) as a float type of `bits` significant bits.
float to_float(double x, double tail, Round mode);
half to_half(double x, Round mode);
bfloat16_t to_bfloat16(double x, Round mode);

} // namespace xpiler_sim

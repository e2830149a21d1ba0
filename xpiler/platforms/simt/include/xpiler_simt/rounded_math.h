// Arithmetic with a direction of rounding in its name: computed in double with nothing lost that matters, then
// rounded once to float.
#pragma once
#include <cmath>

#include "execution.h"
#include "small_floats.h"

namespace xpiler_simt {

/// `value` as the nearest float, or the nearest that is not on the wrong side of it.
inline float directed(double value, Rounding rounding) {
  float nearest = float(value);
  bool below = double(nearest)<value, above = double(nearest)> value;
  bool up = rounding == Rounding::up || (rounding == Rounding::to_zero && value < 0);
  bool down = rounding == Rounding::down || (rounding == Rounding::to_zero && value > 0);
  if (up && below) return std::nextafterf(nearest, INFINITY);
  if (down && above) return std::nextafterf(nearest, -INFINITY);
  return nearest;
}

} // namespace xpiler_simt

#define XPILER_SIMT_ROUNDED(declaration, value, mode) \
  XPILER_SIMT_INLINE float declaration { \
    using namespace xpiler_simt; \
    return directed(value, Rounding::mode); \
  }
#define XPILER_SIMT_DIRECTED(suffix, mode) \
  XPILER_SIMT_ROUNDED(__fadd_##suffix(float a, float b), fused(a, 1, b), mode) \
  XPILER_SIMT_ROUNDED(__fsub_##suffix(float a, float b), fused(a, 1, -b), mode) \
  XPILER_SIMT_ROUNDED(__fmul_##suffix(float a, float b), double(a) * b, mode) \
  XPILER_SIMT_ROUNDED(__fmaf_##suffix(float a, float b, float c), fused(a, b, c), mode) \
  XPILER_SIMT_ROUNDED(__fdiv_##suffix(float a, float b), double(a) / b, mode) \
  XPILER_SIMT_ROUNDED(__frcp_##suffix(float a), 1.0 / a, mode) \
  XPILER_SIMT_ROUNDED(__fsqrt_##suffix(float a), std::sqrt(double(a)), mode) \
  XPILER_SIMT_ROUNDED(__double2float_##suffix(double a), a, mode) \
  XPILER_SIMT_ROUNDED(__int2float_##suffix(int a), a, mode) \
  XPILER_SIMT_ROUNDED(__uint2float_##suffix(unsigned a), a, mode)
XPILER_SIMT_DIRECTED(rz, to_zero)
XPILER_SIMT_DIRECTED(ru, up)
XPILER_SIMT_DIRECTED(rd, down)
#undef XPILER_SIMT_DIRECTED
#undef XPILER_SIMT_ROUNDED

XPILER_SIMT_INLINE double __dsub_rn(double a, double b) { return a - b; }
XPILER_SIMT_INLINE double __ddiv_rn(double a, double b) { return a / b; }
XPILER_SIMT_INLINE double __drcp_rn(double a) { return 1.0 / a; }
XPILER_SIMT_INLINE double __dsqrt_rn(double a) { return std::sqrt(a); }

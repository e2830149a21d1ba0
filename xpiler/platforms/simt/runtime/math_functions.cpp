// Mathematics of the device: counted, and with documented errors on moved by up to the platform's bound. Files are
// linked with `--wrap`, so that their calls of the C library arrive here; calls of the host pass through.
//
// Bounds of CUDA are those measured over all floats (exhaustively, in units in the last place), those of the fast
// forms as documented; HIP's library documents at most two.
#include "../include/xpiler_simt/device_math.h"

#include <cmath>
#include <cstdint>
#include <cstring>

#include "counts.h"
#include "machine.h"

extern "C" const int xpiler_simt_documented_errors; // given when the library is linked

namespace xpiler_simt {

static double ulp_of(double value) {
  int exponent;
  std::frexp(value, &exponent);
  return std::ldexp(1.0, std::max(exponent - 24, -149));
}

/// A number in [-1, 1] that depends on the operand alone: the same call errs the same way each time.
static double error_direction(double operand) {
  std::uint64_t bits;
  std::memcpy(&bits, &operand, sizeof bits);
  bits = (bits ^ schedule_seed() * 0x9e3779b97f4a7c15ull) * 0xff51afd7ed558ccdull;
  bits = (bits ^ bits >> 33) * 0xc4ceb9fe1a85ec53ull;
  return double(std::int64_t(bits)) * 0x1p-63;
}

/// `exact` as the device may give it: at most `bound` away, of which rounding takes half a unit.
static float given(const char *name, double operand, double exact, double bound) {
  if (!running) return float(exact);
  count_kind(name);
  if (!xpiler_simt_documented_errors || !std::isfinite(exact) || exact == 0) return float(exact);
  return float(exact + error_direction(operand) * std::max(0.0, bound - 0.5 * ulp_of(exact)));
}

static float within_ulps(const char *name, double operand, double exact, double ulps) {
  if (warp_width == 64) ulps = 2;
  return given(name, operand, exact, ulps * ulp_of(exact));
}

static float within(const char *name, double operand, double exact, double absolute) { return given(name, operand, exact, absolute); }

// --- the fast forms --------------------------------------------------------------------------

float fast_exp(float x) { return within_ulps("__expf", x, std::exp(double(x)), 2 + std::floor(std::fabs(1.173 * x))); }
float fast_exp10(float x) { return within_ulps("__exp10f", x, std::pow(10.0, double(x)), 2 + std::floor(std::fabs(2.95 * x))); }
float fast_exp2(float x) { return within_ulps("ex2.approx", x, std::exp2(double(x)), 2.06); }
float fast_rcp(float x) { return within_ulps("rcp.approx", x, 1.0 / double(x), 0.975); }
float fast_sqrt(float x) { return within_ulps("sqrt.approx", x, std::sqrt(double(x)), 0.944); }
float fast_tanh(float x) { return within("tanh.approx", x, std::tanh(double(x)), 8e-6); }
float fast_log2(float x) {
  double exact = std::log2(double(x));
  return x >= 0.5f && x <= 2.0f ? within("__log2f", x, exact, 0x1p-22) : within_ulps("__log2f", x, exact, 2);
}
float fast_log(float x) {
  double exact = std::log(double(x));
  return x >= 0.5f && x <= 2.0f ? within("__logf", x, exact, 0x1p-21) : within_ulps("__logf", x, exact, 3);
}
float fast_log10(float x) {
  double exact = std::log10(double(x));
  return x >= 0.5f && x <= 2.0f ? within("__log10f", x, exact, 0x1p-22) : within_ulps("__log10f", x, exact, 2);
}
/// Inside [-pi, pi]; outside the error grows with the operand.
static double circle_error(double x, double inside) { return std::fabs(x) <= M_PI ? inside : std::fabs(x) * 0x1p-22; }
float fast_sin(float x) { return within("__sinf", x, std::sin(double(x)), circle_error(x, 0x1p-21)); }
float fast_cos(float x) { return within("__cosf", x, std::cos(double(x)), circle_error(x, 0x1p-21)); }
float fast_tan(float x) {
  double exact = std::tan(double(x));
  return within("__tanf", x, exact, (1 + exact * exact) * circle_error(x, 0x1p-21));
}
float fast_pow(float x, float y) {
  if (x < 0) return NAN;
  return within_ulps("__powf", x + 3.0 * y, std::pow(double(x), double(y)), 2 + std::fabs(1.173 * y * std::log(double(x))));
}
float fast_divide(float a, float b) {
  if (std::fabs(b) > 0x1p126f && std::fabs(b) < INFINITY) return 0.0f;
  return within_ulps("__fdividef", a + 3.0 * b, double(a) / double(b), 2);
}
float reciprocal_root(float x) { return within_ulps("rsqrtf", x, 1.0 / std::sqrt(double(x)), 1.51); }

} // namespace xpiler_simt

using namespace xpiler_simt;

// --- the C library's -------------------------------------------------------------------------

#define XPILER_WRAPPED(name, exact_name, ulps) \
  extern "C" float __real_##name(float); \
  extern "C" float __wrap_##name(float x) { \
    if (!running) return __real_##name(x); \
    return within_ulps(#name, x, exact_name(double(x)), ulps); \
  }
XPILER_WRAPPED(expf, std::exp, 1.93)
XPILER_WRAPPED(exp2f, std::exp2, 2.38)
XPILER_WRAPPED(exp10f, [](double x) { return std::pow(10.0, x); }, 2.07)
XPILER_WRAPPED(expm1f, std::expm1, 1.45)
XPILER_WRAPPED(logf, std::log, 0.864)
XPILER_WRAPPED(log2f, std::log2, 0.919)
XPILER_WRAPPED(log1pf, std::log1p, 0.886)
XPILER_WRAPPED(sinf, std::sin, 1.50)
XPILER_WRAPPED(cosf, std::cos, 1.51)
XPILER_WRAPPED(tanf, std::tan, 3.10)
XPILER_WRAPPED(atanf, std::atan, 1.21)
XPILER_WRAPPED(tanhf, std::tanh, 1.82)
XPILER_WRAPPED(erff, std::erf, 1.04)
XPILER_WRAPPED(erfcf, std::erfc, 4.49)
XPILER_WRAPPED(cbrtf, std::cbrt, 0.99)

extern "C" void __wrap_sincosf(float x, float *s, float *c) {
  *s = __wrap_sinf(x);
  *c = __wrap_cosf(x);
}

// A number wins over a NaN, and of the two zeros +0 is the larger (as measured): the C library leaves that open.
#define XPILER_EXTREME(name, T, wins, first_zero) \
  extern "C" T __wrap_##name(T a, T b) { \
    if (a != a) return b; \
    if (b != b) return a; \
    if (a == b) return std::signbit(a) == first_zero ? a : b; \
    return a wins b ? a : b; \
  }
XPILER_EXTREME(fmaxf, float, >, false)
XPILER_EXTREME(fminf, float, <, true)
XPILER_EXTREME(fmax, double, >, false)
XPILER_EXTREME(fmin, double, <, true)

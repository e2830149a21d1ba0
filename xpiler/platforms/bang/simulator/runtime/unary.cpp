// Element-wise builtins of one operand, the "active" functions with their documented input ranges.
#include <cmath>

#include "counts.h"
#include "element.h"
#include "findings.h"
#include "memory.h"
#include "options.h"
#include "restrictions.h"
#include "snapshot.h"
#include "xpiler_sim/elementwise.h"

namespace xpiler_sim {
namespace {

double gelu(double x) { return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x))); }

/// Exact in double; the caller rounds once to the element type.
double value_of(Unary op, double x) {
  switch (op) {
  case Unary::abs: return std::fabs(x);
  case Unary::neg: return -x;
  case Unary::square: return x * x;
  case Unary::recip: return 1 / x;
  case Unary::sqrt: return std::sqrt(x);
  case Unary::rsqrt: return 1 / std::sqrt(x);
  case Unary::exp:
  case Unary::exp_less_0: return std::exp(x);
  case Unary::exp2:
  case Unary::pow2: return std::exp2(x);
  case Unary::log: return std::log(x);
  case Unary::log2: return std::log2(x);
  case Unary::log10: return std::log10(x);
  case Unary::sin: return std::sin(x);
  case Unary::cos: return std::cos(x);
  case Unary::tanh: return std::tanh(x);
  case Unary::sigmoid: return 1 / (1 + std::exp(-x));
  case Unary::softplus: return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
  case Unary::gelu: return gelu(x);
  case Unary::relu: return x > 0 ? x : 0; // `maximum` with 0: a number wins over a NaN
  case Unary::sign: return x >= 0 ? 1 : -1;
  case Unary::floor: return std::floor(x);
  case Unary::ceil: return std::ceil(x);
  case Unary::round: return std::round(x);
  case Unary::nearbyint: return std::nearbyint(x);
  case Unary::trunc: return std::trunc(x);
  case Unary::lnot: return x == 0;
  case Unary::bnot: return x;
  }
  return x;
}

std::int64_t integer_value(Unary op, std::int64_t x) {
  switch (op) {
  case Unary::abs: return x < 0 ? -x : x;
  case Unary::neg: return -x;
  case Unary::square: return x * x;
  case Unary::relu: return x > 0 ? x : 0;
  case Unary::lnot: return x == 0;
  case Unary::bnot: return ~x;
  case Unary::sign: return x >= 0 ? 1 : -1;
  default: return x;
  }
}

bool has_integer_form(Unary op) {
  switch (op) {
  case Unary::abs:
  case Unary::neg:
  case Unary::square:
  case Unary::relu:
  case Unary::lnot:
  case Unary::bnot:
  case Unary::sign: return true;
  default: return false;
  }
}

/// Inputs for which the approximation is documented, and its average relative error.
struct Bound {
  double low, high, error;
};
Bound bound_of(Unary op, Type type) {
  constexpr double any = INFINITY;
  switch (op) {
  case Unary::log: return {6.1e-5, 63484, 0.01};
  case Unary::recip: return {0.0078125, 65472, type == Type::f32 ? 0.003 : 0.01};
  case Unary::rsqrt: return {0.005, 63487, 0.01};
  case Unary::sqrt: return {0, 63487, 0.01};
  case Unary::sin:
  case Unary::cos: return {-2 * M_PI, 2 * M_PI, 0.01};
  case Unary::pow2: return type == Type::f32 ? Bound{-31, 31, 0} : Bound{-24, 15, 0};
  case Unary::exp_less_0: return {-any, 0, 0};
  case Unary::sigmoid:
  case Unary::tanh: return {-any, any, 0.01};
  case Unary::gelu: return {-any, any, 0.003};
  default: return {-any, any, 0};
  }
}

template <class T>
void check_range_of(const Call &call, const UnaryCall &r, const T *src, const Bound &bound) {
  for (unsigned i = 0; i < r.count; i++) {
    const double x = double(wide(src[i]));
    const double size = r.op == Unary::recip ? std::fabs(x) : x;
    if (size >= bound.low && size <= bound.high) continue;
    return warn("input-range", call, "", text("element %u is %g; the documented range is [%g, %g]", i, x, bound.low, bound.high));
  }
}

template <class T>
void run(const Call &call, const UnaryCall &r) {
  const std::size_t bytes = r.count * sizeof(T);
  Snapshot source(r.src, bytes, r.dst, bytes);
  const T *src = source.as<T>();
  T *dst = static_cast<T *>(r.dst);
  if constexpr (is_float_v<T>) {
    const Bound bound = bound_of(r.op, r.type);
    if (r.active && xpiler_sim_options.check_input_range) check_range_of(call, r, src, bound);
    const double factor = r.active && xpiler_sim_options.active_error ? 1 + bound.error : 1;
    for (unsigned i = 0; i < r.count; i++) dst[i] = T(float(value_of(r.op, double(float(src[i]))) * factor));
  } else {
    for (unsigned i = 0; i < r.count; i++) dst[i] = T(integer_value(r.op, std::int64_t(src[i])));
  }
}

} // namespace

void unary(const Call &call, const UnaryCall &request) {
  count_instruction(call);
  UnaryCall r = request;
  if (r.op == Unary::log && !r.active && xpiler_sim_options.log_is_binary) r.op = Unary::log2;
  const std::size_t bytes = r.count * std::size_t(bytes_of(r.type));
  if (!is_float(r.type) && !has_integer_form(r.op)) return report("bad-argument", call, "", "this builtin has no integer form");
  if (!check_all(call, Operand{"src", r.src, bytes, Access::read}, Operand{"dst", r.dst, bytes, Access::write})) return;
  if (!r.overlap) apart(call, r.dst, bytes, r.src, bytes, "src");
  check_old_arch(call, r.dst, bytes);
  visit(r.type, [&](auto zero) { run<decltype(zero)>(call, r); });
}

void clamp_relu(const Call &call, Type type, void *dst, const void *src, unsigned count, float cap) {
  count_instruction(call);
  const std::size_t bytes = count * std::size_t(bytes_of(type));
  if (!(cap > 0) || std::isinf(cap)) report("bad-argument", call, "", text("the cap is %g, expected a finite value above 0", cap));
  if (!check_all(call, Operand{"src", src, bytes, Access::read}, Operand{"dst", dst, bytes, Access::write})) return;
  visit(type, [&](auto zero) {
    using T = decltype(zero);
    for (unsigned i = 0; i < count; i++) {
      const float x = float(wide(static_cast<const T *>(src)[i]));
      static_cast<T *>(dst)[i] = narrow<T>(x < 0 ? 0 : x > cap ? cap : x);
    }
  });
}

} // namespace xpiler_sim

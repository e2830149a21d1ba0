#include "xpiler_sim/convert.h"

#include <cmath>

#include "counts.h"
#include "element.h"
#include "findings.h"
#include "memory.h"
#include "rounding.h"
#include "snapshot.h"

namespace xpiler_sim {
namespace {

template <class D, class S>
D converted(S x, const Convert &r) {
  if constexpr (is_float_v<S> && is_float_v<D>) {
    if constexpr (std::is_same_v<D, half>) return to_half(double(float(x)), r.mode);
    else if constexpr (std::is_same_v<D, bfloat16_t>) return to_bfloat16(double(float(x)), r.mode);
    else return D(float(x));
  } else if constexpr (is_float_v<S>) {
    return D(round_to_integer(std::ldexp(double(float(x)), -r.fix_position), r.mode, type_of<D>()));
  } else if constexpr (is_float_v<D>) {
    const double value = std::ldexp(double(x), r.fix_position);
    if constexpr (std::is_same_v<D, half>) return to_half(value, r.mode);
    else if constexpr (std::is_same_v<D, bfloat16_t>) return to_bfloat16(value, r.mode);
    else return to_float(value, 0, r.mode);
  } else {
    return D(round_to_integer(double(x), r.mode, type_of<D>()));
  }
}

template <class D, class S>
void run(const Convert &r) {
  const std::size_t bytes = r.count * sizeof(S);
  for (long k = 0; k < r.segments; k++) {
    char *dst = static_cast<char *>(r.dst) + k * r.dst_stride;
    Snapshot source(static_cast<const char *>(r.src) + k * r.src_stride, bytes, dst, r.count * sizeof(D));
    std::vector<D> result(r.count);
    for (unsigned i = 0; i < r.count; i++) result[i] = converted<D>(source.as<S>()[i], r);
    std::memcpy(dst, result.data(), r.count * sizeof(D));
  }
}

template <class D>
void run_from(const Convert &r) {
  switch (r.from) {
  case Type::i8: return run<D, std::int8_t>(r);
  case Type::u8: return run<D, std::uint8_t>(r);
  case Type::i16: return run<D, std::int16_t>(r);
  case Type::i32: return run<D, std::int32_t>(r);
  case Type::f16: return run<D, half>(r);
  case Type::bf16: return run<D, bfloat16_t>(r);
  case Type::f32: return run<D, float>(r);
  default: return;
  }
}

} // namespace

void convert(const Call &call, const Convert &r) {
  count_instruction(call);
  const std::size_t from = r.count * std::size_t(bytes_of(r.from)), to = r.count * std::size_t(bytes_of(r.to));
  if (r.segments < 1) return report("bad-argument", call, "", "segnum is negative");
  for (long k = 0; k < r.segments; k++) {
    char *dst = static_cast<char *>(r.dst) + k * r.dst_stride;
    const char *src = static_cast<const char *>(r.src) + k * r.src_stride;
    if (!check_all(call, Operand{"src", src, from, Access::read}, Operand{"dst", dst, to, Access::write})) return;
    if (!r.overlap) apart(call, dst, to, src, from, "src");
  }
  switch (r.to) {
  case Type::i8: return run_from<std::int8_t>(r);
  case Type::i16: return run_from<std::int16_t>(r);
  case Type::i32: return run_from<std::int32_t>(r);
  case Type::f16: return run_from<half>(r);
  case Type::bf16: return run_from<bfloat16_t>(r);
  case Type::f32: return run_from<float>(r);
  default: return;
  }
}

} // namespace xpiler_sim

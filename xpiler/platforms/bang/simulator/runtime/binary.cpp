// Element-wise builtins of two operands.
#include "combine.h"
#include "counts.h"
#include "findings.h"
#include "memory.h"
#include "restrictions.h"
#include "snapshot.h"

namespace xpiler_sim {
namespace {

unsigned second_count(const BinaryCall &r) { return r.form == Second::vector ? r.count : r.form == Second::scalar ? 1 : r.segment; }

bool valid(const Call &call, const BinaryCall &r) {
  if (r.form == Second::cycle && (!r.segment || r.count % r.segment)) {
    report("bad-argument", call, buffer_at(r.dst), text("src_elem_count %u is no multiple of seg_elem_count %u", r.count, r.segment));
    return false;
  }
  return true;
}

bool check_operands(const Call &call, const BinaryCall &r) {
  const std::size_t width = bytes_of(r.type), whole = r.count * width, second = second_count(r) * width;
  const std::size_t result = r.packed_bits ? (r.count + 7u) / 8 : whole;
  bool good = check(call, {"src0", r.first, whole, Access::read});
  if (r.form != Second::scalar) good = check(call, {"src1", r.second, second, Access::read}) && good;
  good = check(call, {"dst", r.dst, result, Access::write}) && good;
  if (!good) return false;
  if (r.form == Second::cycle) apart(call, r.dst, result, r.second, second, "the cycled segment");
  if ((r.op == Binary::maxequal || r.op == Binary::minequal) && r.form == Second::vector && r.dst != r.first)
    apart(call, r.dst, result, r.second, second, "src1");
  return true;
}

template <class T>
void check_divisor(const Call &call, const BinaryCall &r) {
  const T *divisor = static_cast<const T *>(r.second);
  for (unsigned i = 0; i < second_count(r); i++)
    if (wide(divisor[i]) == 0) return report("divide-by-zero", call, buffer_at(divisor), text("element %u of the divisor is 0", i));
}

/// Calls visit(i, first, second) for each element, the second operand cycled or repeated.
template <class T, class Visit>
void each_pair(const BinaryCall &r, const T *first, const T *second, const Visit &visit) {
  const unsigned step = r.form == Second::scalar ? 0 : 1, segment = r.form == Second::cycle ? r.segment : r.count;
  for (unsigned base = 0; base < r.count; base += segment)
    for (unsigned j = 0; j < segment; j++) visit(base + j, first[base + j], second[j * step]);
}

template <class T>
void run(const BinaryCall &r) {
  const std::size_t bytes = r.count * sizeof(T);
  Snapshot first(r.first, bytes, r.dst, bytes), second(r.second, second_count(r) * sizeof(T), r.dst, bytes);
  if (!r.packed_bits) {
    T *dst = static_cast<T *>(r.dst);
    each_pair<T>(r, first.as<T>(), second.as<T>(), [&](unsigned i, T a, T b) { dst[i] = combine(r.op, a, b); });
    return;
  }
  auto *bits = static_cast<unsigned char *>(r.dst);
  each_pair<T>(r, first.as<T>(), second.as<T>(), [&](unsigned i, T a, T b) {
    const unsigned char one = 1u << (i % 8), old = i % 8 ? bits[i / 8] : 0;
    bits[i / 8] = wide(combine(r.op, a, b)) != 0 ? old | one : old;
  });
}

} // namespace

void binary(const Call &call, const BinaryCall &r) {
  count_instruction(call);
  if (!valid(call, r) || !check_operands(call, r)) return;
  check_old_arch(call, r.dst, r.count * bytes_of(r.type));
  if (r.op >= Binary::band && is_float(r.type)) return report("bad-argument", call, "", "bit operations have no floating form");
  visit(r.type, [&](auto zero) {
    using T = decltype(zero);
    if (r.op == Binary::div || r.op == Binary::rem) check_divisor<T>(call, r);
    run<T>(r);
  });
}

void widening(const Call &call, Type type, void *dst, const void *first, const void *second, unsigned count, bool scalar) {
  count_instruction(call);
  const std::size_t bytes = count * std::size_t(bytes_of(type));
  bool good = check(call, {"src0", first, bytes, Access::read}) && (scalar || check(call, {"src1", second, bytes, Access::read}));
  if (!good || !check(call, {"dst", dst, 2 * bytes, Access::write})) return;
  apart(call, dst, 2 * bytes, first, bytes, "src0");
  visit(type, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (std::is_integral_v<T> && sizeof(T) < 8) {
      using W = std::conditional_t<sizeof(T) == 1, std::int16_t, std::conditional_t<sizeof(T) == 2, std::int32_t, std::int64_t>>;
      const T *a = static_cast<const T *>(first), *b = static_cast<const T *>(second);
      for (unsigned i = 0; i < count; i++) static_cast<W *>(dst)[i] = W(wide(a[i]) * wide(b[scalar ? 0 : i]));
    }
  });
}

} // namespace xpiler_sim

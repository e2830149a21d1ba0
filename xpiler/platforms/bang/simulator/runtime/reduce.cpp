#include "xpiler_sim/reduce.h"

#include <cstring>

#include "counts.h"
#include "element.h"
#include "findings.h"
#include "memory.h"
#include "options.h"

namespace xpiler_sim {
namespace {

template <class T>
T sum_of(const T *src, unsigned count) {
  compute_of<T> total = 0;
  for (unsigned i = 0; i < count; i++) total += wide(src[i]);
  return narrow<T>(total);
}

/// The first extreme element; NaN is skipped, or wins where it propagates.
template <class T>
unsigned index_of_extreme(const T *src, unsigned count, bool max, bool propagate_nan) {
  unsigned best = 0;
  bool have = false;
  for (unsigned i = 0; i < count; i++) {
    const auto x = wide(src[i]);
    if (x != x) {
      if (propagate_nan) return i;
      continue;
    }
    if (!have || (max ? x > wide(src[best]) : x < wide(src[best]))) best = i, have = true;
  }
  return best;
}

} // namespace

void reduce_sum(const Call &call, Type type, void *dst, const void *src, unsigned count) {
  count_instruction(call);
  const std::size_t width = bytes_of(type), bytes = count * width;
  const unsigned block = 128 / width;
  if (bytes % 128)
    return report("alignment", call, buffer_at(src, "src"), text("%u elements are %zu bytes, expected a multiple of 128", count, bytes));
  if (!check(call, {"src", src, bytes, Access::read})) return;
  visit(type, [&](auto zero) {
    using T = decltype(zero);
    T *out = static_cast<T *>(dst);
    for (unsigned i = 0; i < count; i += block) {
      const T total = sum_of(static_cast<const T *>(src) + i, block);
      const bool old = xpiler_sim_options.arch < 300;
      if (!check(call, {"dst", out + i, old ? 128 : sizeof(T), Access::write})) return;
      if (old) std::memset(static_cast<void *>(out + i), 0, 128);
      out[i] = total;
    }
  });
}

double sum(const Call &call, Type type, const void *src, unsigned count) {
  count_instruction(call);
  double total = 0;
  if (!check(call, {"src", src, count * std::size_t(bytes_of(type)), Access::read})) return total;
  visit(type, [&](auto zero) { total = double(wide(sum_of(static_cast<const decltype(zero) *>(src), count))); });
  return total;
}

void arg_extreme(const Call &call, Type type, void *dst, const void *src, unsigned count, bool max, bool propagate_nan) {
  count_instruction(call);
  const std::size_t width = bytes_of(type);
  if (!check_all(call, Operand{"src", src, count * width, Access::read}, Operand{"dst", dst, width + 4, Access::write})) return;
  visit(type, [&](auto zero) {
    using T = decltype(zero);
    const std::uint32_t index = index_of_extreme(static_cast<const T *>(src), count, max, propagate_nan);
    const T value = static_cast<const T *>(src)[index];
    std::memcpy(dst, &value, sizeof value);
    std::memcpy(static_cast<char *>(dst) + sizeof value, &index, sizeof index);
  });
}

NonZero non_zero(const Call &call, Type type, const void *src, unsigned count) {
  count_instruction(call);
  NonZero result{0, 0xffffffffu, 0xffffffffu};
  if (!check(call, {"src", src, count * std::size_t(bytes_of(type)), Access::read})) return result;
  visit(type, [&](auto zero) {
    for (unsigned i = 0; i < count; i++) {
      if (wide(static_cast<const decltype(zero) *>(src)[i]) == 0) continue;
      if (!result.count++) result.first = i;
      result.last = i;
    }
  });
  return result;
}

void increasing(const Call &call, Type type, void *dst, unsigned count) {
  count_instruction(call);
  if (!check(call, {"dst", dst, count * std::size_t(bytes_of(type)), Access::write})) return;
  visit(type, [&](auto zero) {
    using T = decltype(zero);
    for (unsigned i = 0; i < count; i++) static_cast<T *>(dst)[i] = narrow<T>(compute_of<T>(i));
  });
}

} // namespace xpiler_sim

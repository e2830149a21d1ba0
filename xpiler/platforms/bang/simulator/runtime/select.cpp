#include "xpiler_sim/select.h"

#include <cstring>

#include "counts.h"
#include "element.h"
#include "findings.h"
#include "memory.h"

namespace xpiler_sim {
namespace {

bool bit(const void *bits, unsigned i) { return static_cast<const unsigned char *>(bits)[i / 8] >> (i % 8) & 1; }

template <class T>
bool compare(FcmpMode mode, T x, T y) {
  const auto a = wide(x), b = wide(y);
  switch (mode) {
  case FCMP_EQ: return a == b;
  case FCMP_NE: return a != b;
  case FCMP_GT: return a > b;
  case FCMP_GE: return a >= b;
  case FCMP_LT: return a < b;
  case FCMP_LE: return a <= b;
  }
  return false;
}

} // namespace

unsigned filter(const Call &call, const Filter &r) {
  count_instruction(call);
  const std::size_t width = bytes_of(r.type), bytes = r.count * width, mask_bytes = r.mask_is_bits ? (r.count + 7u) / 8 : bytes;
  if (!check_all(call, Operand{"src", r.src, bytes, Access::read}, Operand{"mask", r.mask, mask_bytes, Access::read})) return 0;
  if (!check_bounds(call, {"dst", r.dst, width, Access::write})) return 0;
  unsigned kept = 0;
  visit(r.type, [&](auto zero) {
    using T = decltype(zero);
    const T *src = static_cast<const T *>(r.src), *mask = static_cast<const T *>(r.mask);
    T *dst = static_cast<T *>(r.dst);
    for (unsigned i = 0; i < r.count; i++) {
      if (!(r.mask_is_bits ? bit(r.mask, i) : wide(mask[i]) != 0)) continue;
      const T value = src[i];
      if (!check(call, {"dst", dst + kept, sizeof(T), Access::write})) return;
      dst[kept++] = value;
    }
  });
  return kept;
}

void maskmove(const Call &call, void *dst, const void *src, const void *mask, unsigned bytes) {
  count_instruction(call);
  if (!check_all(call, Operand{"src", src, bytes, Access::read}, Operand{"mask", mask, (bytes + 7u) / 8, Access::read})) return;
  char *out = static_cast<char *>(dst);
  if (!check_bounds(call, {"dst", dst, bytes, Access::write})) return;
  for (unsigned i = 0; i < bytes; i++) {
    if (!bit(mask, i)) continue;
    if (!check(call, {"dst", out + i, 1, Access::write})) return;
    out[i] = static_cast<const char *>(src)[i];
  }
}

void lookup(const Call &call, Type type, void *dst, Type index_type, const void *index, const void *table, unsigned count,
            unsigned length) {
  count_instruction(call);
  const std::size_t width = bytes_of(type), index_width = bytes_of(index_type);
  const std::size_t bytes = count * width;
  if (!check_all(call, Operand{"index", index, count * index_width, Access::read}, Operand{"table", table, length * width, Access::read}) ||
      !check_bounds(call, {"dst", dst, bytes, Access::write}))
    return;
  apart(call, dst, bytes, index, count * index_width, "the indices");
  apart(call, dst, bytes, table, length * width, "the table");
  for (unsigned i = 0; i < count; i++) {
    std::uint64_t at = 0;
    std::memcpy(&at, static_cast<const char *>(index) + i * index_width, index_width);
    if (at >= length) continue;
    char *out = static_cast<char *>(dst) + i * width;
    if (!check(call, {"dst", out, width, Access::write})) return;
    std::memcpy(out, static_cast<const char *>(table) + at * width, width);
  }
}

void compare_filter(const Call &call, FcmpMode mode, Type type, void *dst, const void *first, const void *second, bool scalar,
                    unsigned count) {
  count_instruction(call);
  const std::size_t width = bytes_of(type), bytes = count * width;
  bool good = check(call, {"src0", first, bytes, Access::read}) && (scalar || check(call, {"src1", second, bytes, Access::read}));
  if (!good || !check(call, {"dst", dst, 4, Access::write})) return;
  visit(type, [&](auto zero) {
    using T = decltype(zero);
    const T *a = static_cast<const T *>(first), *b = static_cast<const T *>(second);
    T *out = reinterpret_cast<T *>(static_cast<char *>(dst) + 4);
    std::uint32_t kept = 0;
    for (unsigned i = 0; i < count; i++) {
      if (!compare(mode, a[i], b[scalar ? 0 : i])) continue;
      if (!check(call, {"dst", out + kept, sizeof(T), Access::write})) return;
      out[kept++] = a[i];
    }
    std::memcpy(dst, &kept, sizeof kept);
  });
}

} // namespace xpiler_sim

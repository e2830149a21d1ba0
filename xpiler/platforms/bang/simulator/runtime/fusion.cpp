#include "xpiler_sim/fusion.h"

#include "counts.h"
#include "element.h"
#include "findings.h"
#include "memory.h"
#include "snapshot.h"

namespace xpiler_sim {
namespace {

/// Both roundings are taken: the first operation's result is rounded to the element type (bang-c.md leaves it open).
template <class T>
T fused(FusionOp op, T x, T y, T z) {
  const auto a = wide(x), b = wide(y), c = wide(z);
  switch (op) {
  case FUSION_FMA: return narrow<T>(wide(narrow<T>(a * b)) + c);
  case FUSION_FMS: return narrow<T>(wide(narrow<T>(a * b)) - c);
  case FUSION_FAM: return narrow<T>(wide(narrow<T>(a + b)) * c);
  case FUSION_FSM: return narrow<T>(wide(narrow<T>(a - b)) * c);
  case FUSION_FAA: return narrow<T>(wide(narrow<T>(a + b)) + c);
  case FUSION_FAS: return narrow<T>(wide(narrow<T>(a + b)) - c);
  case FUSION_FSS: return narrow<T>(wide(narrow<T>(a - b)) - c);
  case FUSION_FSA: return narrow<T>(wide(narrow<T>(a - b)) + c);
  }
  return x;
}

bool check_operands(const Call &call, const FusionCall &r, std::size_t width) {
  bool good = check(call, {"src0", r.first, r.count * width, Access::read});
  if (!r.second_scalar) good = check(call, {"src1", r.second, r.segment * width, Access::read}) && good;
  if (!r.third_scalar) good = check(call, {"src2", r.third, r.segment * width, Access::read}) && good;
  return check(call, {"dst", r.dst, r.count * width, Access::write}) && good;
}

} // namespace

void fusion(const Call &call, const FusionCall &r) {
  count_instruction(call);
  if (!r.segment || r.count % r.segment)
    return report("bad-argument", call, "", text("src_elem_count %u is no multiple of seg_elem_count %u", r.count, r.segment));
  const std::size_t width = bytes_of(r.type), bytes = r.count * width, segment = r.segment * width;
  if (!check_operands(call, r, width)) return;
  if (!r.second_scalar && r.dst != r.first) apart(call, r.dst, bytes, r.second, segment, "src1", true);
  Snapshot a(r.first, bytes, r.dst, bytes), b(r.second, r.second_scalar ? width : segment, r.dst, bytes),
      c(r.third, r.third_scalar ? width : segment, r.dst, bytes);
  visit(r.type, [&](auto zero) {
    using T = decltype(zero);
    for (unsigned i = 0; i < r.count; i++)
      static_cast<T *>(r.dst)[i] =
          fused(r.op, a.as<T>()[i], b.as<T>()[r.second_scalar ? 0 : i % r.segment], c.as<T>()[r.third_scalar ? 0 : i % r.segment]);
  });
}

} // namespace xpiler_sim

// Fills of every space.
#include "xpiler_sim/fill.h"

#include <cstring>
#include <vector>

#include "counts.h"
#include "cycles.h"
#include "findings.h"
#include "memory.h"
#include "schedule.h"

namespace xpiler_sim {
namespace {

void fill_segments(const Call &call, const Fill &r, const char *value, Queue queue) {
  for (long j = 0; j < r.to.count2; j++)
    for (long i = 0; i < r.to.count1; i++) {
      char *p = static_cast<char *>(r.dst) + j * r.to.stride1 + i * r.to.stride0;
      if (!check(call, {"dst", p, r.count * r.bytes, Access::write, in(r.space)}, queue)) return;
      for (unsigned long k = 0; k < r.count; k++) std::memcpy(p + k * r.bytes, value, r.bytes);
    }
}

Queue queue_of(const Call &call, Space space) {
  if (space == Space::gdram || space == Space::ldram) return Queue::io;
  return std::strstr(call.name, "write") ? Queue::compute : Queue::move;
}

} // namespace

void fill(const Call &call, const Fill &r, bool async) {
  count_instruction(call);
  if (r.to.count1 < 1 || r.to.count2 < 1) return report("bad-argument", call, buffer_at(r.dst, "dst"), "a segment number is negative");
  const Queue queue = queue_of(call, r.space);
  const std::vector<char> value(static_cast<const char *>(r.value), static_cast<const char *>(r.value) + r.bytes); // it may be read later
  if (queue != Queue::compute) cost_copy(queue, Space::nram, r.space, 0, double(r.count) * r.bytes, r.to.count1 * r.to.count2, async);
  auto perform = [call, r, value, queue] { fill_segments(call, r, value.data(), queue); };
  if (async && defer({call, queue, {}, {static_cast<const char *>(r.dst), r.count * r.bytes, r.to}, perform})) return;
  if (Core *core = self()) drain(*core, queue == Queue::io, queue == Queue::move);
  perform();
}

} // namespace xpiler_sim

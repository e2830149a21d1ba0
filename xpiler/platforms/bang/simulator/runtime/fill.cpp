// Fills of every space.
#include "xpiler_sim/fill.h"

#include <cstring>

#include "counts.h"
#include "findings.h"
#include "memory.h"
#include "schedule.h"

namespace xpiler_sim {
namespace {

void fill_segment(char *p, const Fill &r) {
  for (unsigned long i = 0; i < r.count; i++) std::memcpy(p + i * r.bytes, r.value, r.bytes);
}

Queue queue_of(const Call &call, Space space) {
  if (space == Space::gdram || space == Space::ldram) return Queue::io;
  return std::strstr(call.name, "write") ? Queue::compute : Queue::move;
}

}  // namespace

void fill(const Call &call, const Fill &r, bool) {
  count_instruction(call);
  const Queue queue = queue_of(call, r.space);
  if (Core *core = self()) drain(*core, queue == Queue::io, queue == Queue::move);
  if (r.to.count1 < 1 || r.to.count2 < 1) return report("bad-argument", call, "", "a segment number is negative");
  for (long j = 0; j < r.to.count2; j++)
    for (long i = 0; i < r.to.count1; i++) {
      char *p = static_cast<char *>(r.dst) + j * r.to.stride1 + i * r.to.stride0;
      if (!check(call, {"dst", p, r.count * r.bytes, Access::write, in(r.space)}, queue)) return;
      fill_segment(p, r);
    }
}

}  // namespace xpiler_sim

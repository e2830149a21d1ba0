// __gather and __scatter: rows addressed by offsets.
#include <cstring>

#include "counts.h"
#include "cycles.h"
#include "direction.h"
#include "findings.h"
#include "memory.h"
#include "schedule.h"

namespace xpiler_sim {
namespace {

unsigned long offset_at(const Gather &r, unsigned i) {
  unsigned long value = 0;
  std::memcpy(&value, static_cast<const char *>(r.offsets) + std::size_t(i) * r.offset_bytes, r.offset_bytes);
  return value;
}

bool selected(const Gather &r, unsigned i) { return !r.mask || (static_cast<const unsigned char *>(r.mask)[i / 8] >> (i % 8) & 1); }

void perform(const Call &call, const Gather &r, const Route &route, Queue queue) {
  bool good = check(call, {"offset", r.offsets, std::size_t(r.count) * r.offset_bytes, Access::read}, queue);
  if (r.mask) good = check(call, {"bitmask", r.mask, (r.count + 7u) / 8, Access::read}, queue) && good;
  for (unsigned i = 0; good && i < r.count; i++) {
    if (!selected(r, i)) continue;
    const std::size_t listed = offset_at(r, i), walked = std::size_t(i) * r.stride;
    const char *src = static_cast<const char *>(r.src) + (r.scatter ? walked : listed);
    char *dst = static_cast<char *>(r.dst) + (r.scatter ? listed : walked);
    good = check(call, {"src", src, r.transfer_size, Access::read, in(route.from), "wrong-direction"}, queue) &&
           check(call, {"dst", dst, r.transfer_size, Access::write, in(route.to), "wrong-direction"}, queue);
    if (!good) return;
    std::memmove(dst, src, r.transfer_size);
    count_bytes(r.direction, r.transfer_size);
  }
}

} // namespace

void gather(const Call &call, const Gather &r, bool async) {
  count_instruction(call);
  Route route;
  if (!route_of(r.direction, route))
    return report("wrong-direction", call, buffer_at(r.dst, "dst"), text("%d is no direction", int(r.direction)));
  const Queue queue = queue_of(route, 2);
  cost_copy(queue, route.from, route.to, 0, r.transfer_size, r.count, async);
  const Walk walk{long(r.stride), long(r.count), 0, 1}; // the side that is not addressed by offsets
  Region walked{static_cast<const char *>(r.scatter ? r.src : r.dst), r.transfer_size, walk};
  Pending pending{call, queue, r.scatter ? walked : Region{}, r.scatter ? Region{} : walked, [=] { perform(call, r, route, queue); }};
  if (async && r.count && defer(pending)) return;
  if (Core *core = self()) drain(*core, queue == Queue::io, queue == Queue::move);
  perform(call, r, route, queue);
}

} // namespace xpiler_sim

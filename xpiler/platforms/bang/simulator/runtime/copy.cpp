// __memcpy and __bang_move: forms, directions, queues.
#include <cstdlib>
#include <cstring>
#include <vector>

#include "counts.h"
#include "cycles.h"
#include "direction.h"
#include "findings.h"
#include "memory.h"
#include "options.h"
#include "schedule.h"
#include "wram_banks.h"

namespace xpiler_sim {

bool route_of(int direction, Route &route) {
  using S = Space;
  static const Route routes[] = {
      {S::gdram, S::nram}, {S::nram, S::gdram},  {S::ldram, S::nram},  {S::nram, S::ldram},  {S::gdram, S::wram},  {S::wram, S::gdram},
      {S::ldram, S::wram}, {S::wram, S::ldram},  {S::nram, S::nram},   {S::nram, S::wram},   {S::wram, S::nram},   {S::gdram, S::sram},
      {S::sram, S::gdram}, {S::ldram, S::sram},  {S::sram, S::ldram},  {S::sram, S::nram},   {S::nram, S::sram},   {S::sram, S::wram},
      {S::wram, S::sram},  {S::gdram, S::gdram}, {S::gdram, S::ldram}, {S::ldram, S::gdram}, {S::ldram, S::ldram}, {S::sram, S::sram}};
  if (direction < 0 || direction >= int(sizeof routes / sizeof *routes)) return false;
  if (direction == LDRAM2LDRAM && xpiler_sim_options.sram2sram_is_22) direction = SRAM2SRAM;
  route = routes[direction];
  return true;
}

Queue queue_of(const Route &route, int dimensions) {
  auto off_chip = [](Space space) { return space == Space::gdram || space == Space::ldram; };
  if (off_chip(route.from) || off_chip(route.to)) return Queue::io;
  bool inside_nram = route.from == Space::nram && route.to == Space::nram;
  return inside_nram && dimensions == 1 ? Queue::compute : Queue::move;
}

bool is_memory_core_route(const Route &route) {
  auto of_core = [](Space space) { return space == Space::nram || space == Space::wram; };
  bool sram = route.from == Space::sram || route.to == Space::sram;
  return sram && !of_core(route.from) && !of_core(route.to);
}

namespace {

long segments(const Walk &walk) { return walk.count1 * walk.count2; }
long offset_of(const Walk &walk, long k) { return k % walk.count1 * walk.stride0 + k / walk.count1 * walk.stride1; }

bool valid_strides(const Call &call, const Copy &r) {
  const long size = long(r.size);
  if (r.dimensions == 2 && r.to.count1 > 65536) {
    report("bad-argument", call, buffer_at(r.dst, "dst"), text("segnum is %ld, expected 0 to 65535", r.to.count1 - 1));
    return false;
  }
  bool inner = r.to.count1 > 1 && std::labs(r.to.stride0) < size, outer = r.to.count2 > 1 && std::labs(r.to.stride1) < size;
  if (inner || outer)
    report("bad-argument", call, buffer_at(r.dst, "dst"),
           text("destination stride %ld is less than the segment size %ld", inner ? r.to.stride0 : r.to.stride1, size));
  if (r.dimensions == 3 && locate(r.dst).object && locate(r.dst).object->space == Space::wram && (r.to.stride0 % 8 || r.to.stride1 % 8))
    report("alignment", call, buffer_at(r.dst), text("strides %ld and %ld in WRAM are no multiples of 8", r.to.stride0, r.to.stride1));
  return true;
}

bool valid_form(const Call &call, const Copy &r) {
  if (r.size == 0) {
    report("zero-size", call, buffer_at(r.dst, "dst"), "size is 0");
    return false;
  }
  for (long count : {r.to.count1, r.to.count2, r.from.count1, r.from.count2})
    if (count < 1) {
      report("bad-argument", call, buffer_at(r.dst, "dst"),
             text("a segment number is %ld; it is the number of segments minus one", count - 1));
      return false;
    }
  if (segments(r.to) != segments(r.from)) {
    report("bad-argument", call, buffer_at(r.dst, "dst"),
           text("%ld destination segments for %ld source segments", segments(r.to), segments(r.from)));
    return false;
  }
  if (r.dimensions == 3 && xpiler_sim_options.arch < 300)
    report("bad-argument", call, buffer_at(r.dst, "dst"), "the 3-D form needs arch 3xx or newer");
  return valid_strides(call, r);
}

/// The SRAM destination of a copy to another cluster: the same variable there.
void *in_cluster(const Call &call, void *dst, int cluster) {
  Place place = locate(dst);
  if (cluster < 0 || !place.object || place.object->space != Space::sram) return dst;
  if (cluster >= xpiler_sim_options.clusters) {
    report("bad-argument", call, place.object->name, text("cluster %d does not exist", cluster));
    return dst;
  }
  return sibling(*place.object, cluster)->base + place.offset;
}

/// Runs `visit(operand)` over the segments of one side; contiguous or repeated ones count as one range.
template <class Visit>
bool each_range(const char *role, const void *base, std::size_t size, const Walk &walk, Access access, Space space, const Visit &visit) {
  const char *p = static_cast<const char *>(base);
  Operand operand{role, p, size, access, in(space), "wrong-direction"};
  if (walk.count2 == 1 && (walk.count1 == 1 || walk.stride0 == long(size))) {
    operand.bytes = size * walk.count1;
    return visit(operand);
  }
  const long all = segments(walk);
  for (long k = 0; k < all; k++) {
    operand.address = p + offset_of(walk, k);
    if (!visit(operand)) return false;
  }
  return true;
}

template <class Visit>
bool each_side(const Copy &r, const Route &route, const Visit &visit) {
  bool source = each_range("src", r.src, r.size, r.from, Access::read, route.from, visit);
  return each_range("dst", r.dst, r.size, r.to, Access::write, route.to, visit) && source;
}

void move_bytes(const Copy &r) {
  char *dst = static_cast<char *>(r.dst);
  const char *src = static_cast<const char *>(r.src);
  if (r.dimensions == 1) {
    std::memmove(dst, src, r.size);
    return;
  }
  const long all = segments(r.to);
  if (!r.may_overlap) {
    for (long k = 0; k < all; k++) std::memmove(dst + offset_of(r.to, k), src + offset_of(r.from, k), r.size);
    return;
  }
  std::vector<char> whole(r.size * all);
  for (long k = 0; k < all; k++) std::memcpy(whole.data() + k * r.size, src + offset_of(r.from, k), r.size);
  for (long k = 0; k < all; k++) std::memcpy(dst + offset_of(r.to, k), whole.data() + k * r.size, r.size);
}

bool is_banked(const Route &route) { return xpiler_sim_options.wram_banks && (route.from == Space::wram || route.to == Space::wram); }

void perform(const Call &call, const Copy &r, const Route &route, Queue queue) {
  if (is_banked(route)) {
    if (copy_through_banks(call, r, route, queue)) count_bytes(r.direction, r.size * segments(r.to));
    return;
  }
  if (!each_side(r, route, [&](const Operand &operand) { return check(call, operand, queue); })) return;
  count_bytes(r.direction, r.size * segments(r.to));
  move_bytes(r);
}

/// Segments that follow each other on both sides count as one. A copy in the compute queue is a vector instruction.
void charge(const Copy &r, const Route &route, Queue queue, bool async) {
  if (queue == Queue::compute) return;
  const long all = segments(r.to), size = long(r.size);
  auto dense = [&](const Walk &walk) { return walk.count2 == 1 && walk.stride0 == size; };
  const bool one = all == 1 || (dense(r.to) && dense(r.from));
  const bool reads = route.from == Space::gdram || route.from == Space::ldram;
  const Place place = locate(reads ? r.src : r.dst);
  cost_copy(queue, route.from, route.to, place.offset, one ? double(size) * all : size, one ? 1 : all, async);
}

/// What one side of a pending copy touches; in WRAM's banks that is somewhere in the whole array.
Region region_of(const void *base, std::size_t size, const Walk &walk) {
  const Place place = locate(base);
  if (xpiler_sim_options.wram_banks && place.object && place.object->space == Space::wram)
    return {place.object->base, place.object->size, {}};
  return {static_cast<const char *>(base), size, walk};
}

bool skipped_on(const Core &core, const Route &route) {
  bool has_memory_core =
      core.cluster >= 0 && (xpiler_sim_options.memory_core == 1 || (xpiler_sim_options.memory_core == 2 && xpiler_sim_uses_sram));
  if (!has_memory_core) return false;
  return core.is_memory_core != is_memory_core_route(route);
}

} // namespace

void copy(const Call &call, const Copy &request, bool async) {
  Route route;
  if (!route_of(request.direction, route))
    return report("wrong-direction", call, buffer_at(request.dst, "dst"), text("%d is no direction", int(request.direction)));
  Core *core = self();
  if (core && skipped_on(*core, route)) return;
  count_instruction(call);
  if (!valid_form(call, request)) return;
  Copy r = request;
  if (route.to == Space::sram) r.dst = in_cluster(call, r.dst, r.dst_cluster);
  const Queue queue = queue_of(route, r.dimensions);
  charge(r, route, queue, async);
  const Region reads = region_of(r.src, r.size, r.from), writes = region_of(r.dst, r.size, r.to);
  if (async && core && !is_banked(route) && !each_side(r, route, [&](const Operand &operand) { return check_issue(call, operand, queue); }))
    return;
  if (async && defer({call, queue, reads, writes, [=] { perform(call, r, route, queue); }})) return;
  if (core && !async) drain(*core, queue == Queue::io, queue == Queue::move);
  perform(call, r, route, queue);
  maybe_switch();
}

} // namespace xpiler_sim

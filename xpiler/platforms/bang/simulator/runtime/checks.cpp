// The checks every builtin makes of its operands.
#include <cstdlib>
#include <cstring>

#include "cycles.h"
#include "findings.h"
#include "host_arrays.h"
#include "image.h"
#include "memory.h"
#include "options.h"
#include "processes.h"
#include "schedule.h"
#include "trace.h"

namespace xpiler_sim {
namespace {

std::string spaces_text(unsigned spaces) {
  std::string out;
  for (Space space : {Space::nram, Space::wram, Space::sram, Space::ldram, Space::gdram})
    if (spaces & in(space)) out += (out.empty() ? "" : " or ") + std::string(name_of(space));
  return out;
}

/// Memory without an object: the task's own stack (LDRAM), a file-scope variable (GDRAM), or a pointer of the host.
bool check_unknown(const Call &call, const Operand &operand) {
  Core *core = self();
  if (core && core->is_memory_core) return false;
  const char *p = static_cast<const char *>(operand.address);
  bool on_stack = core && p >= core->stack_low && p < core->stack_high;
  bool known = on_stack || in_image(p);
  unsigned space = in(on_stack ? Space::ldram : Space::gdram);
  if (core && !on_stack && operand.access == Access::write) note_communication();
  if (!(operand.spaces & space)) {
    report(operand.space_fault, call, operand.role,
           text("%s is in %s, expected %s", operand.role,
                known ? name_of(on_stack ? Space::ldram : Space::gdram) : "no memory of this core", spaces_text(operand.spaces).c_str()));
    return known || foreign_allowed();
  }
  if (known || foreign_allowed()) return true;
  const std::string array = host_array_at(p);
  report("host-pointer", call, array.empty() ? operand.role : array, text("%s (%p) is a host pointer", operand.role, operand.address));
  return false;
}

bool check_space(const Call &call, const Operand &operand, const Object &object) {
  Core *core = self();
  const char *name = object.name.c_str();
  if (!(operand.spaces & in(object.space)))
    report(operand.space_fault, call, object.name,
           text("%s '%s' is in %s, expected %s", operand.role, name, name_of(object.space), spaces_text(operand.spaces).c_str()));
  if (core && core->cluster < 0 && object.space == Space::sram)
    report("wrong-space", call, object.name, text("%s '%s' is in SRAM, which a Block task has not", operand.role, name));
  bool private_memory = in(object.space) & (in(Space::nram) | in(Space::wram) | in(Space::ldram));
  if (core && private_memory && object.owner != core->slot)
    report("wrong-core", call, object.name, text("%s '%s' belongs to another core", operand.role, name));
  return true;
}

bool check_range(const Call &call, const Operand &operand, const Place &place) {
  const Object &object = *place.object;
  const char *name = object.name.c_str();
  if (!object.live) {
    report("use-after-free", call, object.name, text("%s '%s' has been freed", operand.role, name));
    return false;
  }
  if (place.offset >= 0 && place.offset + operand.bytes <= object.size) return true;
  report("out-of-bounds", call, object.name,
         text("%s: bytes %td to %td of '%s', which has %zu", operand.role, place.offset, place.offset + std::ptrdiff_t(operand.bytes), name,
              object.size));
  return false;
}

void check_async(const Call &call, const Operand &operand, const Object &object, Queue queue) {
  Core *core = self();
  if (!core) return;
  const char *first = static_cast<const char *>(operand.address), *last = first + operand.bytes;
  for (const Pending &pending : core->pending) {
    if (pending.queue == queue) continue;
    bool written = pending.writes.meets(first, last);
    bool read = operand.access == Access::write && pending.reads.meets(first, last);
    if (!written && !read) continue;
    report("async-race", call, object.name,
           text("%s '%s' is %s while %s of line %d still %s it; a sync is missing", operand.role, object.name.c_str(),
                operand.access == Access::write ? "written" : "read", pending.call.name, pending.call.at.line,
                written ? "writes" : "reads"));
    return;
  }
}

void check_written(const Call &call, const Operand &operand, Object &object, std::size_t offset) {
  if (object.written.empty()) return;
  std::uint8_t *state = object.written.data() + offset;
  if (operand.access == Access::write) {
    std::memset(state, 1, operand.bytes);
    return;
  }
  const void *hole = std::memchr(state, 0, operand.bytes);
  if (!hole) return;
  std::size_t at = static_cast<const std::uint8_t *>(hole) - object.written.data();
  report("uninitialised-read", call, object.name,
         text("%s reads byte %zu of '%s', which nothing has written", operand.role, at, object.name.c_str()));
}

struct Race {
  std::size_t byte;
  std::uint32_t other;
  bool other_writes;
};

/// Marks the range as accessed now; says where an unordered access of another task got in the way.
bool mark_accesses(Object &object, std::size_t offset, std::size_t bytes, bool write, Race &race) {
  if (!object.writers) {
    object.writers.reset(new std::uint32_t[object.size]());
    object.readers.reset(new std::uint32_t[object.size]());
  }
  const std::uint32_t now = stamp_now();
  bool found = false;
  auto conflicts = [now](std::uint32_t old) { return old && old != now && current(old) && !ordered(old, now); };
  std::uint32_t writer = 0, reader = 0, merged = now;
  bool writer_bad = false, reader_bad = false;
  for (std::size_t i = offset; i < offset + bytes; i++) {
    if (object.writers[i] != writer) writer = object.writers[i], writer_bad = conflicts(writer);
    if (object.readers[i] != reader) {
      reader = object.readers[i], reader_bad = conflicts(reader);
      merged = reader_bad && !write ? joined(reader, now) : now;
    }
    if (!found && (writer_bad || (write && reader_bad))) found = true, race = {i, writer_bad ? writer : reader, writer_bad};
    if (write) object.writers[i] = now;
    else object.readers[i] = merged;
  }
  return found;
}

void check_race(const Call &call, const Operand &operand, Object &object, std::size_t offset) {
  if (!xpiler_sim_options.strict || !self() || !(in(object.space) & (in(Space::gdram) | in(Space::sram)))) return;
  Race race;
  bool write = operand.access == Access::write;
  if (!mark_accesses(object, offset, operand.bytes, write, race)) return;
  const int agent = agent_of(race.other);
  std::string who = agent < 0 ? "other tasks" : text(agent % 2 ? "the memory core of task %d's cluster" : "task %d", agent / 2);
  report("data-race", call, object.name,
         text("%s %s byte %zu of '%s', which %s %s without a barrier between", operand.role, write ? "writes" : "reads", race.byte,
              object.name.c_str(), who.c_str(), race.other_writes ? "wrote" : "read"));
}

} // namespace

bool check_bounds(const Call &call, const Operand &operand) {
  if (!operand.bytes) {
    report("zero-size", call, buffer_at(operand.address, operand.role), text("%s has size 0", operand.role));
    return false;
  }
  Place place = locate(operand.address);
  if (!place.object) return check_unknown(call, operand);
  Core *core = self();
  if (core && core->is_memory_core && (in(place.object->space) & (in(Space::nram) | in(Space::wram)))) return false;
  check_space(call, operand, *place.object);
  return check_range(call, operand, place);
}

bool check_issue(const Call &call, const Operand &operand, Queue queue) {
  if (!check_bounds(call, operand)) return false;
  Place place = locate(operand.address);
  if (place.object && xpiler_sim_options.strict) check_async(call, operand, *place.object, queue);
  return true;
}

bool check(const Call &call, const Operand &operand, Queue queue) {
  if (queue == Queue::compute) cost_operand(operand);
  if (!check_bounds(call, operand)) return false;
  Place place = locate(operand.address);
  if (!place.object) return true;
  touch(call, *place.object);
  if (tracing) trace_operand(call, operand, place);
  if (!xpiler_sim_options.strict) return true;
  check_async(call, operand, *place.object, queue);
  check_written(call, operand, *place.object, place.offset);
  check_race(call, operand, *place.object, place.offset);
  return true;
}

bool apart(const Call &call, const void *dst, std::size_t dst_bytes, const void *src, std::size_t src_bytes, const char *role,
           bool same_is_fine) {
  const char *d = static_cast<const char *>(dst), *s = static_cast<const char *>(src);
  if (d + dst_bytes <= s || s + src_bytes <= d || (same_is_fine && d == s)) return true;
  report("overlap", call, buffer_at(dst, "dst"), text("dst overlaps %s, which this builtin forbids", role));
  return true;
}

} // namespace xpiler_sim

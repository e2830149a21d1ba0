#include "xpiler_sim/atomic.h"

#include <cstring>

#include "counts.h"
#include "element.h"
#include "findings.h"
#include "memory.h"
#include "processes.h"
#include "schedule.h"

namespace xpiler_sim {
namespace {

template <class T>
T updated(Atomic op, T old, T value, T expected) {
  const auto a = wide(old), b = wide(value);
  switch (op) {
  case Atomic::add: return narrow<T>(a + b);
  case Atomic::max: return b > a ? value : old;
  case Atomic::min: return b < a ? value : old;
  case Atomic::inc: return a >= b ? T(0) : narrow<T>(a + 1);
  case Atomic::dec: return a == 0 || a > b ? value : narrow<T>(a - 1);
  case Atomic::exch: return value;
  case Atomic::cas: return a == wide(expected) ? value : old;
  default: break;
  }
  if constexpr (std::is_integral_v<T>) return T(op == Atomic::land ? old & value : op == Atomic::lor ? old | value : old ^ value);
  else return old;
}

template <class T>
void run(const AtomicCall &r) {
  T *memory = static_cast<T *>(r.memory), *result = static_cast<T *>(r.old);
  const T *value = static_cast<const T *>(r.value);
  for (unsigned i = 0; i < r.count; i++) {
    const T old = memory[i];
    memory[i] = updated(r.op, old, value[r.scalar ? 0 : i], r.expected ? *static_cast<const T *>(r.expected) : T(0));
    if (result) result[i] = old;
  }
}

/// Bounds and initialisation without the race check: that several tasks meet here is what atomics are for.
bool check_target(const Call &call, const AtomicCall &r, std::size_t bytes) {
  if (!check_bounds(call, {"memory", r.memory, bytes, Access::write, in(Space::gdram)})) return false;
  if (reinterpret_cast<std::uintptr_t>(r.memory) % bytes_of(r.type))
    report("alignment", call, buffer_at(r.memory, "memory"), "the GDRAM address is not aligned to the element");
  Place place = locate(r.memory);
  if (!place.object || place.object->written.empty() || r.op == Atomic::exch) return true;
  if (std::memchr(place.object->written.data() + place.offset, 0, bytes))
    report("uninitialised-read", call, place.object->name, text("'%s' has not been written", place.object->name.c_str()));
  std::memset(place.object->written.data() + place.offset, 1, bytes);
  return true;
}

} // namespace

void atomic(const Call &call, const AtomicCall &r) {
  count_instruction(call);
  if (self()) note_communication();
  if (Core *core = self()) drain(*core, true, false);
  const std::size_t bytes = r.count * std::size_t(bytes_of(r.type));
  if (!r.scalar && !check(call, {"src", r.value, bytes, Access::read}, Queue::io)) return;
  if (r.old && !check(call, {"dst", r.old, bytes, Access::write}, Queue::io)) return;
  if (!check_target(call, r, bytes)) return;
  visit(r.type, [&](auto zero) { run<decltype(zero)>(r); });
  maybe_switch();
}

} // namespace xpiler_sim

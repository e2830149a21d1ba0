#include "memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>

#include "findings.h"
#include "options.h"
#include "schedule.h"

namespace xpiler_sim {
namespace {

std::map<std::uintptr_t, std::unique_ptr<Object>> objects;
std::map<std::tuple<const void *, int, Space>, Object *> placements;
std::map<std::pair<int, Space>, std::size_t> used_bytes;
std::uint64_t task_serial = 1;
bool foreign = false;
constexpr int poison = 0xff; // NaN in every float type

std::uintptr_t number(const void *p) { return reinterpret_cast<std::uintptr_t>(p); }

Object *create(std::size_t bytes, Space space, const std::string &name, int owner) {
  std::size_t whole = (bytes + 127) / 128 * 128 + 2 * red_zone;
  char *raw = static_cast<char *>(std::aligned_alloc(128, whole));
  if (!raw) return nullptr;
  std::memset(raw, poison, whole);
  auto object = std::make_unique<Object>();
  object->base = raw + red_zone;
  object->size = bytes;
  object->space = space;
  object->name = name;
  object->owner = owner;
  object->zone = red_zone;
  object->written.assign(bytes, 0);
  Object *result = object.get();
  objects[number(result->base)] = std::move(object);
  return result;
}

std::size_t capacity(Space space) {
  const auto &o = xpiler_sim_options;
  switch (space) {
  case Space::nram: return o.nram_kb * 1024ul;
  case Space::wram: return o.wram_kb * 1024ul;
  case Space::sram: return o.sram_kb * 1024ul;
  default: return SIZE_MAX;
  }
}

void check_capacity(const Call &call, const Object &object, std::size_t used) {
  std::size_t limit = capacity(object.space), reserved = xpiler_sim_options.reserved_kb * 1024ul;
  const char *space = name_of(object.space);
  if (used > limit)
    report("capacity", call, object.name,
           text("%s in use: %zu bytes with '%s', the limit is %zu", space, used, object.name.c_str(), limit));
  else if (object.space != Space::wram && used > limit - std::min(limit, reserved))
    warn("capacity", call, object.name,
         text("%s in use: %zu bytes with '%s'; the compiler reserves %zu of %zu", space, used, object.name.c_str(), reserved, limit));
}

void refresh(Object &object) {
  std::memset(object.base, poison, object.size);
  std::fill(object.written.begin(), object.written.end(), 0);
  object.writers.reset(), object.readers.reset();
  if (object.initial.empty()) return;
  std::memcpy(object.base, object.initial.data(), object.size);
  std::fill(object.written.begin(), object.written.end(), 1);
}

void refresh_space(int owner, unsigned spaces) {
  for (auto &[base, object] : objects)
    if (object->owner == owner && (in(object->space) & spaces) && object->touched_in) refresh(*object), object->touched_in = 0;
}

} // namespace

const char *name_of(Space space) {
  static const char *names[] = {"NRAM", "WRAM", "SRAM", "LDRAM", "GDRAM", "host memory"};
  return names[int(space)];
}

Place locate(const void *address) {
  static thread_local Object *last = nullptr;
  const char *p = static_cast<const char *>(address);
  if (last && last->live && p >= last->base && p < last->end()) return {last, p - last->base};
  auto next = objects.upper_bound(number(p));
  if (next != objects.begin()) {
    Object &before = *std::prev(next)->second;
    if (p < before.end() + before.zone) return {last = &before, p - before.base};
  }
  if (next != objects.end() && p >= next->second->base - next->second->zone) return {next->second.get(), p - next->second->base};
  return {};
}

std::string buffer_at(const void *address, const char *otherwise) {
  Object *object = locate(address).object;
  return object ? object->name : otherwise;
}

void touch(const Call &call, Object &object) {
  if (object.touched_in == task_serial || object.space == Space::gdram) return;
  object.touched_in = task_serial;
  check_capacity(call, object, used_bytes[{object.owner, object.space}] += object.size);
}

void begin_task_memory(int slot) {
  task_serial++;
  for (Space space : {Space::nram, Space::wram, Space::ldram}) used_bytes[{slot, space}] = 0;
  refresh_space(slot, in(Space::nram) | in(Space::wram) | in(Space::ldram));
}

void begin_job_memory() {
  for (int cluster = 0; cluster < 16; cluster++) {
    used_bytes[{cluster, Space::sram}] = 0;
    refresh_space(cluster, in(Space::sram));
  }
}

bool foreign_allowed() { return foreign; }
void allow_foreign_memory(bool allow) { foreign = allow; }

void *place(const void *key, Space space, std::size_t bytes, const void *initial, const char *name) {
  Core *core = self();
  int owner = !core ? -1 : space == Space::sram ? core->cluster : core->slot;
  Object *&object = placements[{key, owner, space}];
  if (!object) {
    object = create(bytes, space, name, owner);
    object->key = key;
    if (initial) object->initial.assign(static_cast<const char *>(initial), static_cast<const char *>(initial) + bytes), refresh(*object);
  }
  return object->base;
}

void retire(Object &object) {
  static std::vector<Object *> retired;
  static std::size_t bytes = 0;
  constexpr std::size_t kept = 64ul << 20;
  retired.push_back(&object);
  bytes += object.size;
  while (bytes > kept && retired.size() > 1) {
    Object *oldest = retired.front();
    retired.erase(retired.begin());
    bytes -= oldest->size;
    std::free(oldest->base - red_zone);
    objects.erase(number(oldest->base));
  }
}

Object *sibling(const Object &object, int cluster) {
  Object *&other = placements[{object.key, cluster, Space::sram}];
  if (!other) {
    other = create(object.size, Space::sram, object.name, cluster);
    other->key = object.key;
  }
  return other;
}

Object *allocate_device(std::size_t bytes, const std::string &name) { return create(bytes, Space::gdram, name, -1); }

std::vector<Object *> device_objects() {
  std::vector<Object *> found;
  for (auto &[base, object] : objects)
    if (object->space == Space::gdram && object->live) found.push_back(object.get());
  return found;
}

Space space_of(const void *address) {
  if (Object *object = locate(address).object) return object->space;
  const char *p = static_cast<const char *>(address);
  Core *core = self();
  if (core && p >= core->stack_low && p < core->stack_high) return Space::ldram;
  return Space::gdram;
}

} // namespace xpiler_sim

using namespace xpiler_sim;

extern "C" void *xpiler_sim_alloc(std::size_t bytes, const char *name) {
  Object *object = allocate_device(bytes, name && *name ? name : "device memory");
  return object ? object->base : nullptr;
}

extern "C" void *xpiler_sim_buffer(std::size_t bytes, const char *name) { return xpiler_sim_alloc(bytes, name); }

/// Copies between the caller's memory and a buffer, which is then written.
extern "C" void xpiler_sim_copy(void *to, const void *from, std::size_t bytes) {
  std::memcpy(to, from, bytes);
  Place place = locate(to);
  if (place.inside()) std::fill_n(place.object->written.begin() + place.offset, bytes, 1);
}

extern "C" void xpiler_sim_free(void *address) {
  Place place = locate(address);
  if (!place.inside()) return;
  place.object->live = false;
  retire(*place.object);
}

/// Makes memory of the caller's known as device memory, so that its bounds, initialisation and races are checked.
extern "C" void xpiler_sim_register(void *base, std::size_t bytes, const char *name, int written) {
  auto object = std::make_unique<Object>();
  object->base = static_cast<char *>(base);
  object->size = bytes;
  object->space = Space::gdram;
  object->name = name;
  object->written.assign(bytes, written ? 1 : 0);
  objects[number(base)] = std::move(object);
}

extern "C" void xpiler_sim_unregister(void *base) {
  auto found = objects.find(number(base));
  if (found != objects.end() && found->second->space == Space::gdram) found->second->live = false, objects.erase(found);
}

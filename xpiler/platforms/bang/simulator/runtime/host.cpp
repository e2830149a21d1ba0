// The host runtime: device memory and transfers.
#include "xpiler_sim/host.h"

#include <cstring>
#include <map>

#include "findings.h"
#include "memory.h"
#include "options.h"
#include "transfers.h"

namespace xpiler_sim {
namespace {

int allocations = 0;

bool is_device(const void *p) {
  Object *object = locate(p).object;
  return object && object->space == Space::gdram;
}

/// A transfer's side on the device must be in bounds; its side on the host must not be device memory.
bool check_side(const Call &call, const char *role, const void *p, std::size_t bytes, bool device, Access access) {
  if (device) {
    if (is_device(p)) return check(call, {role, p, bytes, access, in(Space::gdram)});
    report("wrong-direction", call, role, text("%s is no device memory", role));
    return true;
  }
  if (is_device(p)) report("wrong-direction", call, role, text("%s is device memory, expected a host pointer", role));
  return true;
}

std::string next_name;
std::map<cnrtQueue_t, bool> queues; // whether each still exists

} // namespace

void name_next_allocation(const char *name) { next_name = name; }

int allocate(const Call &call, void **pointer, std::size_t bytes) {
  if (!bytes) report("zero-size", call, "", "size is 0");
  const std::string name = next_name.empty() ? text("device memory %d (line %d)", ++allocations, call.at.line) : next_name;
  next_name.clear();
  Object *object = allocate_device(bytes ? bytes : 1, name);
  *pointer = object ? object->base : nullptr;
  return object ? cnrtSuccess : cnrtErrorNoMem;
}

int release(const Call &call, void *pointer) {
  Place place = locate(pointer);
  if (!pointer) return cnrtSuccess;
  if (!place.object || place.offset || place.object->space != Space::gdram) {
    report("bad-argument", call, "", "the pointer does not come from cnrtMalloc");
    return cnrtErrorArgsInvalid;
  }
  if (!place.object->live) report("use-after-free", call, place.object->name, "freed twice");
  place.object->live = false;
  retire(*place.object);
  return cnrtSuccess;
}

int transfer(const Call &call, void *dst, const void *src, std::size_t bytes, cnrtMemTransDir_t direction) {
  const bool from_device = direction == cnrtMemcpyDevToHost || direction == cnrtMemcpyDevToDev;
  const bool to_device = direction == cnrtMemcpyHostToDev || direction == cnrtMemcpyDevToDev;
  if (!bytes) return cnrtSuccess;
  if (watching_transfers()) {
    note_transfer(dst, bytes), note_transfer(src, bytes);
    return cnrtSuccess;
  }
  if (direction != cnrtMemcpyNoDirection) {
    bool good = check_side(call, "src", src, bytes, from_device, Access::read);
    if (!check_side(call, "dst", dst, bytes, to_device, Access::write) || !good) return cnrtErrorArgsInvalid;
  }
  std::memmove(dst, src, bytes);
  return cnrtSuccess;
}

int set_memory(const Call &call, void *dst, int value, std::size_t bytes) {
  if (!check_side(call, "dst", dst, bytes, true, Access::write)) return cnrtErrorArgsInvalid;
  std::memset(dst, value, bytes);
  return cnrtSuccess;
}

cnrtQueue_t create_queue() {
  auto made = reinterpret_cast<cnrtQueue_t>(new char); // never given back, so that no later queue has its address
  queues[made] = true;
  return made;
}

void check_queue(const Call &call, cnrtQueue_t queue) {
  auto known = queues.find(queue);
  if (!queue || (known != queues.end() && known->second)) return;
  report("queue", call, "", known == queues.end() ? "the queue was never created" : "the queue has been destroyed");
}

void destroy_queue(const Call &call, cnrtQueue_t queue) {
  check_queue(call, queue);
  if (auto known = queues.find(queue); known != queues.end()) known->second = false;
}

int device_attribute(cnrtDeviceAttr_t attribute) {
  const auto &o = xpiler_sim_options;
  switch (attribute) {
  case cnrtAttrClusterCount: return o.clusters;
  case cnrtAttrMcorePerCluster: return o.cores_per_cluster;
  case cnrtAttrNramSizePerMcore: return o.nram_kb * 1024;
  case cnrtAttrWeightRamSizePerMcore: return o.wram_kb * 1024;
  case cnrtAttrMaxSramSizePerCluster: return o.sram_kb * 1024;
  }
  return 0;
}

} // namespace xpiler_sim

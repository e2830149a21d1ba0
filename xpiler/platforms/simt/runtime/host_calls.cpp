// The runtime calls launchers make, under neutral names; the platforms' headers spell them.
// Streams run in order and at once, so every asynchronous call is done when it returns.
#include "../include/xpiler_simt/host.h"

#include "../include/xpiler_simt/launch.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <string>

#include "device_memory.h"
#include "fibers.h"
#include "limits.h"
#include "machine.h"
#include "transfers.h"

namespace xpiler_simt {

static int last_error = success;
static std::map<const void *, std::size_t> dynamic_limits;
constexpr std::size_t default_dynamic_limit = 48 << 10;

int remember(int error) {
  if (error) last_error = error;
  return error;
}

int take_last_error(bool clear) {
  int error = last_error;
  if (clear) last_error = success;
  return error;
}

void note_launch_failure() { last_error = launch_failure; }

/// A launch that resolves its kernel from the arguments has no address: the largest limit set holds.
static std::size_t dynamic_limit(const void *function) {
  std::size_t limit = warp_width == 64 ? 64 << 10 : default_dynamic_limit;
  for (const auto &[kernel, bytes] : dynamic_limits)
    if (!function || kernel == function) limit = std::max(limit, bytes);
  return limit;
}

void set_dynamic_limit(const void *function, std::size_t bytes) { dynamic_limits[function] = bytes; }

static std::map<const void *, PackedEntry> &registered_kernels() {
  static std::map<const void *, PackedEntry> table;
  return table;
}

bool register_kernel(const void *function, PackedEntry entry) { return registered_kernels().emplace(function, entry).second; }

/// A packed entry has no room for it.
static bool calling_cooperatively = false;

bool is_cooperative(const LaunchShape &shape) { return shape.cooperative || calling_cooperatively; }

int launch_by_address(const void *function, const LaunchShape &shape, void **arguments) {
  auto found = registered_kernels().find(function);
  if (found == registered_kernels().end()) {
    record({"launch", "the address launched is no kernel the simulator knows: a template's instance made by a macro?", "",
            __builtin_return_address(0)});
    return remember(98); // invalid device function
  }
  unsigned grid[] = {shape.grid.x, shape.grid.y, shape.grid.z}, threads[] = {shape.block.x, shape.block.y, shape.block.z};
  calling_cooperatively = shape.cooperative;
  int error = found->second(grid, threads, unsigned(shape.dynamic_shared_bytes), arguments);
  calling_cooperatively = false;
  return error;
}

static const char *shape_problem(const LaunchShape &s) {
  std::uint64_t threads = std::uint64_t(s.block.x) * s.block.y * s.block.z;
  if (!threads || threads > 1024 || s.block.z > 64) return "the block has no thread, more than 1024, or more than 64 in z";
  if (!s.grid.x || !s.grid.y || !s.grid.z) return "the grid has no block";
  if (s.grid.x > 0x7fffffffu || s.grid.y > 65535 || s.grid.z > 65535) return "the grid is larger than the device's limits";
  if (is_cooperative(s) && threads * s.grid.x * s.grid.y * s.grid.z > stack_count) return "more blocks than the device holds at once";
  if (s.dynamic_shared_bytes > dynamic_limit(s.function)) return "more dynamic shared memory than the kernel may use";
  return nullptr;
}

int launch_error(const char *kernel, const LaunchShape &shape, const void *place) {
  if (running) trap("a kernel launches a kernel");
  const char *problem = shape_problem(shape);
  if (!problem) return success;
  record({"launch", problem, "", place, kernel});
  return remember(invalid_value);
}

int allocate(void **result, std::size_t bytes, bool host_visible) {
  *result = device_allocate(bytes, host_visible);
  return *result || !bytes ? success : remember(2);
}

int release(void *address) { return remember(device_release(address)); }

static bool range_ok(const void *address, std::size_t bytes, const char *what, const void *place) {
  const Allocation *a = allocation_near(address);
  if (!a) return true;
  const char *begin = static_cast<const char *>(address);
  if (!a->freed && begin >= a->begin && begin + bytes <= a->begin + a->bytes) return true;
  std::string detail = a->freed ? "memory that was freed" : describe(*a, begin < a->begin ? begin : begin + bytes);
  record({"out-of-bounds", std::string(what) + " reaches " + detail, a->name, place});
  return false;
}

static bool direction_ok(const void *destination, const void *source, CopyKind kind) {
  auto on_device = [](const void *p) { return in_device_region(p); };
  auto either = [](const void *p) {
    const Allocation *a = allocation_near(p);
    return a && a->host_visible;
  };
  if (kind == CopyKind::any || kind == CopyKind::host_to_host) return true;
  bool to_device = kind == CopyKind::host_to_device || kind == CopyKind::device_to_device;
  bool from_device = kind == CopyKind::device_to_host || kind == CopyKind::device_to_device;
  return (either(destination) || on_device(destination) == to_device) && (either(source) || on_device(source) == from_device);
}

/// What is copied to the host is read: a part that no kernel has written is a fault of the kernel's, or of its grid.
static void check_written(const void *source, std::size_t bytes, const void *place) {
  const Allocation *a = allocation_near(source);
  if (!a || !a->written) return;
  const unsigned char *written = a->written + (static_cast<const char *>(source) - a->begin);
  const void *hole = std::memchr(written, 0, bytes);
  if (!hole) return;
  const char *first = static_cast<const char *>(source) + (static_cast<const unsigned char *>(hole) - written);
  record({"uninitialised", "a copy to the host reads device memory that was never written, " + describe(*a, first), a->name, place});
}

int copy(void *destination, const void *source, std::size_t bytes, CopyKind kind) {
  const void *place = __builtin_return_address(0);
  if (!bytes) return success;
  if (watching_transfers()) {
    note_transfer(destination, bytes), note_transfer(source, bytes);
    return success;
  }
  if (!direction_ok(destination, source, kind)) {
    const Allocation *device = allocation_near(in_device_region(destination) ? destination : source);
    record({"copy-direction", "the direction of a copy does not fit its pointers", device ? device->name : "", place});
    return remember(invalid_value);
  }
  if (!range_ok(destination, bytes, "a copy's destination", place) || !range_ok(source, bytes, "a copy's source", place))
    return remember(invalid_value);
  if (XPILER_SIMT_STRICT && kind == CopyKind::device_to_host) check_written(source, bytes, place);
  counts.copied_bytes += bytes;
  if (tracing) trace_event(place, "copy " + std::to_string(bytes) + " bytes");
  std::memmove(destination, source, bytes);
  mark_written(destination, bytes);
  return success;
}

int fill(void *destination, int value, std::size_t bytes) {
  if (!bytes) return success;
  if (!range_ok(destination, bytes, "a memset", __builtin_return_address(0))) return remember(invalid_value);
  std::memset(destination, value, bytes);
  mark_written(destination, bytes);
  return success;
}

} // namespace xpiler_simt

// The same doors for a caller from outside the library (the execution room, through ctypes).
#define XPILER_EXPORT extern "C" __attribute__((visibility("default")))
XPILER_EXPORT void *xpiler_sim_alloc(std::size_t bytes) { return xpiler_simt::device_allocate(bytes, false); }
/// The same with the name that findings give the buffer.
XPILER_EXPORT void *xpiler_sim_buffer(std::size_t bytes, const char *name) {
  xpiler_simt::name_next_allocation(name);
  return xpiler_simt::device_allocate(bytes, false);
}
XPILER_EXPORT void xpiler_sim_cooperative(int on) { xpiler_simt::calling_cooperatively = on != 0; }
XPILER_EXPORT int xpiler_sim_free(void *address) { return xpiler_simt::device_release(address); }
XPILER_EXPORT int xpiler_sim_copy(void *to, const void *from, std::size_t bytes) {
  return xpiler_simt::copy(to, from, bytes, xpiler_simt::CopyKind::any);
}

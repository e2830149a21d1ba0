// Strict mode: kernels are compiled with -fsanitize=thread, whose calls at every load and store
// come here instead of to that library. Each access is looked up by address: the thread's own
// stack, shared memory, a device allocation, the library's own data; anything else is host memory.
#include <elf.h>
#include <link.h>

#include <cstring>

#include "device_memory.h"
#include "fibers.h"
#include "machine.h"
#include "shadow.h"
#include "shared_memory.h"
#include "watch.h"

namespace xpiler_simt {

static ByteShadow *shadow = nullptr;

static ByteShadow *shadow_table() {
  static ByteShadow *table = static_cast<ByteShadow *>(calloc(arena_bytes, sizeof(ByteShadow)));
  return table;
}

// --- shared memory ---------------------------------------------------------------------------

static std::string thread_name(const Access &access) {
  if (access.thread == several_threads || access.thread == several_warps) return "several threads";
  if (access.thread == async_copying) return "an asynchronous copy that nobody has waited for,";
  uint3 i = block.threads[access.thread].index;
  return "thread (" + std::to_string(i.x) + ", " + std::to_string(i.y) + ", " + std::to_string(i.z) + ")";
}

__attribute__((noinline)) static void shared_out_of_bounds(std::size_t offset, bool write, const void *place) {
  const SharedVariable *before = shared_variable_before(offset);
  std::string where = before ? std::to_string(offset - before->begin - before->bytes) + " bytes past the end of '" + before->name + "'" : "before every variable";
  record({"out-of-bounds", std::string(write ? "write to" : "read of") + " shared memory " + where, before ? before->name : "", place});
}

__attribute__((noinline)) static void shared_finding(const char *kind, const std::string &message, std::size_t offset, const void *place) {
  const SharedVariable *variable = shared_variable_at(offset);
  std::string where = variable ? " (byte " + std::to_string(offset - variable->begin) + " of '" + variable->name + "')" : "";
  record({kind, message + where, variable ? variable->name : "", place});
}

static void check_shared_read(std::size_t offset, const void *place) {
  ByteShadow &byte = shadow[offset];
  if (byte.written.time < block.start_time)
    return shared_finding("uninitialised", "read of shared memory that this block has not written", offset, place);
  if (!ordered_before(byte.written, *running))
    shared_finding("race", "read of shared memory written by " + thread_name(byte.written) + " without a barrier between", offset, place);
}

static void check_shared_write(std::size_t offset, const void *place) {
  ByteShadow &byte = shadow[offset];
  if (byte.written.time >= block.start_time && !ordered_before(byte.written, *running))
    shared_finding("race", "write to shared memory written by " + thread_name(byte.written) + " without a barrier between", offset, place);
  if (byte.read.time >= block.start_time && !ordered_before(byte.read, *running))
    shared_finding("race", "write to shared memory read by " + thread_name(byte.read) + " without a barrier between", offset, place);
}

static void shared_access(std::size_t offset, std::size_t bytes, bool write, bool atomic, const void *place) {
  if (!shadow) shadow = shadow_table();
  const SharedVariable *variable = nullptr;
  static const SharedVariable *last = nullptr;
  variable = last && offset >= last->begin && offset + bytes <= last->begin + last->bytes ? last : shared_variable_at(offset);
  if (!variable || offset + bytes > variable->begin + variable->bytes) return shared_out_of_bounds(offset + bytes - 1, write, place);
  last = variable;
  (write ? counts.shared_written_bytes : counts.shared_read_bytes) += bytes;
  const Access mine{now, std::uint16_t(running->linear), std::uint16_t(running->linear / warp_width)};
  for (std::size_t i = offset; i < offset + bytes; ++i) {
    ByteShadow &byte = shadow[i];
    if (write) {
      if (!atomic) check_shared_write(i, place);
      byte.written = mine;
    } else {
      check_shared_read(i, place);
      add_reader(byte.read, *running);
    }
  }
}

// --- global memory ---------------------------------------------------------------------------

__attribute__((noinline)) static void global_out_of_bounds(const Allocation &a, const char *address, std::size_t bytes, bool write, const void *place) {
  note_reported(address, bytes);
  std::string access = std::string(write ? "write of " : "read of ") + std::to_string(bytes) + " bytes ";
  if (a.freed) record({"use-after-free", access + "in device memory that was freed", "", place});
  else record({"out-of-bounds", access + describe(a, address < a.begin ? address : address + bytes - 1), "", place});
}

static void global_access(const char *address, std::size_t bytes, bool write, const void *place) {
  static Allocation *last = nullptr;
  Allocation *a = last;
  if (!a || a->freed || address < a->begin || address + bytes > a->begin + a->bytes) {
    a = allocation_near(address);
    if (!a) {
      note_reported(address, bytes);
      return record({"out-of-bounds", "access to device memory that nothing was allocated in", "", place});
    }
    if (a->freed || address < a->begin || address + bytes > a->begin + a->bytes) return global_out_of_bounds(*a, address, bytes, write, place);
    last = a;
  }
  unsigned char *written = a->written + (address - a->begin);
  (write ? counts.global_written_bytes : counts.global_read_bytes) += bytes;
  if (write) {
    std::memset(written, 1, bytes);
  } else if (std::memchr(written, 0, bytes)) {
    record({"uninitialised", "read of device memory that was never written, " + describe(*a, address), "", place});
  }
}

// --- anything else ---------------------------------------------------------------------------

struct Segment {
  const char *begin, *end;
};

/// The segments of this library: constants, `__device__` and `__constant__` variables.
static const std::vector<Segment> &own_segments() {
  static std::vector<Segment> segments;
  if (segments.empty())
    dl_iterate_phdr(
        [](dl_phdr_info *info, std::size_t, void *) {
          std::vector<Segment> found;
          bool mine = false;
          const char *self = reinterpret_cast<const char *>(&own_segments);
          for (int i = 0; i < info->dlpi_phnum; ++i) {
            const auto &header = info->dlpi_phdr[i];
            if (header.p_type != PT_LOAD) continue;
            const char *begin = reinterpret_cast<const char *>(info->dlpi_addr + header.p_vaddr);
            found.push_back({begin, begin + header.p_memsz});
            mine |= self >= begin && self < begin + header.p_memsz;
          }
          if (mine) segments = found;
          return int(mine);
        },
        nullptr);
  return segments;
}

__attribute__((noinline)) static void other_access(const char *address, std::size_t bytes, bool write, const void *place) {
  if (std::size_t(address - static_cast<char *>(block.context)) < block.context_bytes) return;
  for (const Segment &s : own_segments())
    if (address >= s.begin && address < s.end) return;
  note_reported(address, bytes);
  std::string what = address < reinterpret_cast<const char *>(4096) ? "a null pointer is used" : "a host pointer is used on the device";
  record({"host-pointer", what + " (" + (write ? "write" : "read") + " of " + std::to_string(bytes) + " bytes)", "", place});
}

static void access(const void *opaque, std::size_t bytes, bool write, bool atomic, const void *place) {
  if (!running || in_fiber_stacks(opaque)) return;
  const char *address = static_cast<const char *>(opaque);
  std::size_t offset = arena_offset(opaque);
  if (offset < arena_bytes) shared_access(offset, bytes, write, atomic, place);
  else if (in_device_region(opaque)) global_access(address, bytes, write, place);
  else other_access(address, bytes, write, place);
}

void watch_atomic(const void *address, unsigned bytes, bool write, const void *place) { access(address, bytes, write, true, place); }

/// Without a place the access is the end of an asynchronous copy, whose start was checked.
void watch_copy(const void *address, std::size_t bytes, bool write, const void *place) { access(address, bytes, write, !place, place); }

void watch_pending(const void *address, std::size_t bytes) {
  std::size_t offset = arena_offset(address);
  for (std::size_t i = offset; i < offset + bytes && i < arena_bytes; ++i) shadow[i].written = {never, async_copying, 0};
}

}  // namespace xpiler_simt

using namespace xpiler_simt;

#define XPILER_WATCH(bytes)                                                                                                    \
  extern "C" void __tsan_read##bytes(void *p) { access(p, bytes, false, false, __builtin_return_address(0)); }                 \
  extern "C" void __tsan_write##bytes(void *p) { access(p, bytes, true, false, __builtin_return_address(0)); }                 \
  extern "C" void __tsan_unaligned_read##bytes(void *p) { access(p, bytes, false, false, __builtin_return_address(0)); }       \
  extern "C" void __tsan_unaligned_write##bytes(void *p) { access(p, bytes, true, false, __builtin_return_address(0)); }
XPILER_WATCH(1)
XPILER_WATCH(2)
XPILER_WATCH(4)
XPILER_WATCH(8)
XPILER_WATCH(16)
extern "C" void __tsan_read_range(void *p, std::size_t bytes) { access(p, bytes, false, false, __builtin_return_address(0)); }
extern "C" void __tsan_write_range(void *p, std::size_t bytes) { access(p, bytes, true, false, __builtin_return_address(0)); }
extern "C" void __tsan_init() {}
extern "C" void __tsan_func_entry(void *) {}
extern "C" void __tsan_func_exit() {}
extern "C" void __tsan_vptr_update(void **, void *) {}
extern "C" void __tsan_vptr_read(void **) {}

// Strict mode: kernels are compiled with -fsanitize=thread, whose calls at every load and store
// come here instead of to that library. Each access is looked up by address: the thread's own
// stack, shared memory, a device allocation, the library's own data; anything else is host memory.
#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <cstring>

#include "device_memory.h"
#include "fibers.h"
#include "host_arrays.h"
#include "machine.h"
#include "processes.h"
#include "races.h"
#include "shared_memory.h"
#include "watch.h"

namespace xpiler_simt {

static WordShadow new_shadow(std::size_t bytes) {
  return {static_cast<ByteShadow *>(calloc(bytes, sizeof(ByteShadow))), static_cast<unsigned char *>(calloc(bytes / 4 + 1, 1))};
}

static WordShadow &shared_shadow() {
  static WordShadow made = new_shadow(arena_bytes);
  return made;
}

// --- shared memory ---------------------------------------------------------------------------

__attribute__((noinline)) static void shared_out_of_bounds(std::size_t offset, bool write, const void *place) {
  const SharedVariable *before = shared_variable_before(offset);
  std::string where = before ? std::to_string(offset - before->begin - before->bytes) + " bytes past the end of '" + before->name + "'"
                             : "before every variable";
  record({"out-of-bounds", std::string(write ? "write to" : "read of") + " shared memory " + where, before ? before->name : "", place});
}

__attribute__((noinline)) static void shared_finding(const char *kind, const std::string &message, std::size_t offset, const void *place) {
  const SharedVariable *variable = shared_variable_at(offset);
  std::string where = variable ? " (byte " + std::to_string(offset - variable->begin) + " of '" + variable->name + "')" : "";
  record({kind, message + where, variable ? variable->name : "", place});
}

static const MemoryName shared_name{"shared", true,
                                    [](const void *address) {
                                      const SharedVariable *v = shared_variable_at(arena_offset(address));
                                      return "byte " + std::to_string(arena_offset(address) - (v ? v->begin : 0)) + " of '" +
                                             (v ? v->name : "") + "'";
                                    },
                                    [](const void *address) {
                                      const SharedVariable *v = shared_variable_at(arena_offset(address));
                                      return v ? v->name : std::string();
                                    }};

static void shared_unit(std::size_t offset, std::size_t bytes, bool write, bool atomic, const void *place) {
  ByteShadow &unit = shared_shadow().units[offset];
  if (unit.written.time < block.birth_time && (!write || atomic))
    return shared_finding("uninitialised", "read of shared memory that this block has not written", offset, place);
  check_races(unit, arena + offset, bytes, write, atomic ? Kind::atomic : Kind::plain, shared_name, place);
}

static void shared_access(std::size_t offset, std::size_t bytes, bool write, bool atomic, const void *place) {
  const SharedVariable *variable = shared_variable_at(offset);
  if (!variable || offset + bytes > variable->begin + variable->bytes) return shared_out_of_bounds(offset + bytes - 1, write, place);
  count_access(Memory::shared, write, bytes);
  if (tracing) trace_access(place, "shared", variable->name, long(offset - variable->begin), bytes, write, atomic);
  shared_shadow().each(offset, bytes, [&](std::size_t at, std::size_t size) { shared_unit(at, size, write, atomic, place); });
}

// --- global memory ---------------------------------------------------------------------------

__attribute__((noinline)) static void global_out_of_bounds(const Allocation &a, const char *address, std::size_t bytes, bool write,
                                                           const void *place) {
  std::string access = std::string(write ? "write of " : "read of ") + std::to_string(bytes) + " bytes ";
  if (a.freed) record({"use-after-free", access + "in device memory that was freed", a.name, place});
  else record({"out-of-bounds", access + describe(a, address < a.begin ? address : address + bytes - 1), a.name, place});
}

static const MemoryName device_name{"device", false, [](const void *address) { return describe(*allocation_near(address), address); },
                                    [](const void *address) { return allocation_near(address)->name; }};

static void check_device_races(WordShadow shadow, const char *begin, std::size_t offset, std::size_t bytes, bool write, bool atomic,
                               const MemoryName &name, const void *place) {
  if (!shadow.units) return;
  shadow.each(offset, bytes, [&](std::size_t at, std::size_t size) {
    check_races(shadow.units[at], begin + at, size, write, atomic ? Kind::atomic : Kind::plain, name, place);
  });
}

static Allocation *allocation_of(const char *address, std::size_t bytes, bool write, const void *place) {
  static Allocation *last = nullptr;
  if (last && !last->freed && address >= last->begin && address + bytes <= last->begin + last->bytes) return last;
  Allocation *a = allocation_near(address);
  if (a && !a->freed && address >= a->begin && address + bytes <= a->begin + a->bytes) return last = a;
  note_reported(address, bytes);
  if (a) global_out_of_bounds(*a, address, bytes, write, place);
  else record({"out-of-bounds", "access to device memory that nothing was allocated in", "", place});
  return nullptr;
}

static void global_access(const char *address, std::size_t bytes, bool write, bool atomic, const void *place) {
  Allocation *a = allocation_of(address, bytes, write, place);
  if (!a) return;
  unsigned char *written = a->written + (address - a->begin);
  count_access(Memory::device, write, bytes);
  if (tracing) trace_access(place, "device", name_of(*a), address - a->begin, bytes, write, atomic);
  if ((!write || atomic) && std::memchr(written, 0, bytes))
    record({"uninitialised", "read of device memory that was never written, " + describe(*a, address), a->name, place});
  if (write) std::memset(written, 1, bytes);
  check_device_races(a->shadow, a->begin, address - a->begin, bytes, write, atomic, device_name, place);
}

// --- variables of the file -------------------------------------------------------------------

static std::string variable_at(const void *address) {
  Dl_info info;
  return dladdr(address, &info) && info.dli_sname ? info.dli_sname : "";
}

static const MemoryName variable_name{"device", false, [](const void *address) { return "variable '" + variable_at(address) + "'"; },
                                      variable_at};

/// They are device memory that is always written.
static void variable_access(const char *address, std::size_t bytes, bool write, bool atomic, const void *place) {
  count_access(Memory::device, write, bytes);
  if (tracing) trace_access(place, "variable", variable_at(address), 0, bytes, write, atomic);
  check_device_races(watch_variable_shadow(), device_variables(), address - device_variables(), bytes, write, atomic, variable_name, place);
}

WordShadow watch_variable_shadow() {
  static const WordShadow made = new_shadow(device_variables_end() - device_variables());
  return made;
}

static bool is_device_variable(const char *address) { return address >= device_variables() && address < device_variables_end(); }

// --- anything else ---------------------------------------------------------------------------

struct Segment {
  const char *begin;
  std::size_t bytes;
};

/// Where this library lies: constants, `__device__` and `__constant__` variables, the indices.
static Segment find_own_segment() {
  Segment own{};
  dl_iterate_phdr(
      [](dl_phdr_info *info, std::size_t, void *result) {
        const char *self = reinterpret_cast<const char *>(&find_own_segment), *first = nullptr, *last = nullptr;
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const auto &header = info->dlpi_phdr[i];
          if (header.p_type != PT_LOAD) continue;
          const char *begin = reinterpret_cast<const char *>(info->dlpi_addr + header.p_vaddr);
          first = first ? first : begin;
          last = begin + header.p_memsz;
        }
        bool mine = first && self >= first && self < last;
        if (mine) *static_cast<Segment *>(result) = {first, std::size_t(last - first)};
        return int(mine);
      },
      &own);
  return own;
}

static const Segment own_segment = find_own_segment();

__attribute__((noinline)) static void other_access(const char *address, std::size_t bytes, bool write, const void *place) {
  if (std::size_t(address - static_cast<char *>(block.context)) < block.context_bytes) return;
  note_reported(address, bytes);
  const bool null = address < reinterpret_cast<const char *>(4096);
  const std::string array = host_array_at(address), of = array.empty() ? "" : " of '" + array + "'";
  const std::string what = null ? "a null pointer is used" : "a host pointer is used on the device";
  record({"host-pointer", what + " (" + (write ? "write" : "read") + " of " + std::to_string(bytes) + " bytes" + of + ")", array, place});
}

static void access(const void *opaque, std::size_t bytes, bool write, bool atomic, const void *place) {
  const char *address = static_cast<const char *>(opaque);
  if (!running || in_fiber_stacks(opaque)) return;
  if (std::size_t(address - own_segment.begin) < own_segment.bytes) {
    if (!is_device_variable(address)) return;
    settle_pending_write();
    if (write && !atomic) note_progress();
    return variable_access(address, bytes, write, atomic, place);
  }
  settle_pending_write();
  if (write && !atomic) note_progress();
  if (arena_offset(opaque) < arena_bytes) shared_access(arena_offset(opaque), bytes, write, atomic, place);
  else if (in_device_region(opaque)) global_access(address, bytes, write, atomic, place);
  else other_access(address, bytes, write, place);
}

/// A volatile access of device memory is how threads poll each other: it races with nobody.
static void volatile_access(const void *address, std::size_t bytes, bool write, const void *place) {
  bool on_device = in_device_region(address) || is_device_variable(static_cast<const char *>(address));
  if (on_device && running) note_communication();
  access(address, bytes, write, on_device && !write, place);
  if (!write && running && (on_device || arena_offset(address) < arena_bytes)) look_again(place);
}

void watch_atomic(const void *address, unsigned bytes, bool write, const void *place) { access(address, bytes, write, true, place); }

void watch_copy(const void *address, std::size_t bytes, bool write, const void *place) { access(address, bytes, write, false, place); }

static void mark_written_by(const Access &access, const void *address, std::size_t bytes) {
  std::size_t offset = arena_offset(address);
  if (offset + bytes > arena_bytes) return;
  if (offset % 4 || bytes % 4)
    for (std::size_t i = offset; i < offset + bytes; ++i) shared_shadow().divide(i);
  for (std::size_t i = offset; i < offset + bytes; ++i) shared_shadow().units[i].written = access;
}

void watch_switch() { settle_pending_write(); }

/// Another block may divide words until this one is back: then each byte has what stood for the word.
static void spell_out(std::size_t from, std::size_t bytes) {
  WordShadow &shadow = shared_shadow();
  for (std::size_t at = from; at + 3 < from + bytes; at += 4)
    for (int i = 1; i < 4 && !shadow.split[at / 4]; ++i) shadow.units[at + i] = shadow.units[at];
}

std::vector<char> watch_saved_shadow() {
  spell_out(0, static_shared_bytes());
  spell_out(dynamic_offset, dynamic_shared_size());
  const char *from = reinterpret_cast<const char *>(shared_shadow().units);
  constexpr std::size_t unit = sizeof(ByteShadow);
  std::vector<char> saved(from, from + static_shared_bytes() * unit);
  saved.insert(saved.end(), from + dynamic_offset * unit, from + (dynamic_offset + dynamic_shared_size()) * unit);
  return saved;
}

void watch_restore_shadow(const std::vector<char> &saved) {
  char *to = reinterpret_cast<char *>(shared_shadow().units);
  const std::size_t dynamic = dynamic_shared_size() * sizeof(ByteShadow), fixed = saved.size() - dynamic;
  std::memcpy(to, saved.data(), fixed);
  std::memcpy(to + dynamic_offset * sizeof(ByteShadow), saved.data() + fixed, dynamic);
}

void watch_landed(const void *address, std::size_t bytes) { mark_written_by(access_now(*running, false), address, bytes); }
void watch_pending(const void *address, std::size_t bytes) { mark_written_by({never, async_copying, 0, false}, address, bytes); }

} // namespace xpiler_simt

using namespace xpiler_simt;

#define XPILER_WATCH(bytes) \
  extern "C" void __tsan_read##bytes(void *p) { access(p, bytes, false, false, __builtin_return_address(0)); } \
  extern "C" void __tsan_write##bytes(void *p) { access(p, bytes, true, false, __builtin_return_address(0)); } \
  extern "C" void __tsan_unaligned_read##bytes(void *p) { access(p, bytes, false, false, __builtin_return_address(0)); } \
  extern "C" void __tsan_unaligned_write##bytes(void *p) { access(p, bytes, true, false, __builtin_return_address(0)); } \
  extern "C" void __tsan_volatile_read##bytes(void *p) { volatile_access(p, bytes, false, __builtin_return_address(0)); } \
  extern "C" void __tsan_volatile_write##bytes(void *p) { volatile_access(p, bytes, true, __builtin_return_address(0)); } \
  extern "C" void __tsan_unaligned_volatile_read##bytes(void *p) { volatile_access(p, bytes, false, __builtin_return_address(0)); } \
  extern "C" void __tsan_unaligned_volatile_write##bytes(void *p) { volatile_access(p, bytes, true, __builtin_return_address(0)); }
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

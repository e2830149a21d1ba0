#include "races.h"

#include <cstring>

namespace xpiler_simt {

struct PendingWrite {
  const char *address = nullptr;
  std::size_t bytes = 0;
  char before[16];
  Finding finding;
  const Thread *thread = nullptr;
};
static PendingWrite pending;

bool write_is_pending = false;

void settle_pending() {
  bool changed = std::memcmp(pending.address, pending.before, pending.bytes) != 0;
  write_is_pending = false;
  if (changed) record_for(pending.finding, pending.thread);
}

static std::string who(const Access &access) {
  if (access.thread == async_copying) return "an asynchronous copy that nobody has waited for";
  if (access.time < block.start_time) return "another block";
  if (access.thread == several_threads || access.thread == several_warps) return "several threads";
  uint3 i = block.threads[access.thread].index;
  return "thread (" + std::to_string(i.x) + ", " + std::to_string(i.y) + ", " + std::to_string(i.z) + ")";
}

__attribute__((noinline)) static Finding race(bool write, const char *earlier, const Access &access, const char *address,
                                              const MemoryName &name, const void *place) {
  std::string text = std::string(write ? "write to " : "read of ") + name.space + " memory (" + name.describe(address) + ") " + earlier +
                     " by " + who(access) + " without a barrier between";
  return {"race", text, name.buffer(address), place};
}

static void conflicting_write(const Access &access, const char *address, std::size_t bytes, const MemoryName &name, const void *place) {
  Finding finding = race(true, "written", access, address, name, place);
  if (access.thread == async_copying || bytes > sizeof pending.before) return record(finding);
  if (write_is_pending) return;
  write_is_pending = true;
  pending.address = address;
  pending.bytes = bytes;
  std::memcpy(pending.before, address, bytes);
  pending.finding = finding;
  pending.thread = running;
}

void check_races(ByteShadow &byte, const char *address, std::size_t bytes, bool write, Kind kind, const MemoryName &name,
                 const void *place) {
  Thread &t = *running;
  bool atomic = kind == Kind::atomic;
  auto conflicts = [&](const Access &access) {
    if (!access.time || (access.atomic && atomic)) return false;
    if (!name.of_block && (access.atomic || atomic)) return false;
    return !ordered_before(access, t, name.of_block);
  };
  if (atomic && !(name.of_block && byte.written.time < block.start_time)) meet_atomic(byte.written, t, !name.of_block && !write);
  if (!write) {
    if (conflicts(byte.written)) record(race(false, "written", byte.written, address, name, place));
    if (!atomic) add_reader(byte.read, t, name.of_block);
    return;
  }
  if (conflicts(byte.written)) conflicting_write(byte.written, address, bytes, name, place);
  if (conflicts(byte.read)) record(race(true, "read", byte.read, address, name, place));
  byte.written = access_now(t, atomic);
}

} // namespace xpiler_simt

// Scalar loads and stores of kernels. The compiler's thread-sanitizer pass calls these at every access; its runtime is never linked.
#include "counts.h"
#include "cycles.h"
#include "findings.h"
#include "host_arrays.h"
#include "image.h"
#include "memory.h"
#include "options.h"
#include "processes.h"
#include "schedule.h"

namespace xpiler_sim {
namespace {

/// Memory without an object: a variable of the file, what a launch hands its kernel before that begins, or the host's.
void unknown_memory(const Core &core, const char *p, std::size_t bytes, Access access, const void *pc) {
  if (!core.in_kernel || in_thread_block(p)) return;
  if (access == Access::write) note_communication();
  if (in_image(p) || foreign_allowed()) return;
  const bool write = access == Access::write;
  report("host-pointer", {write ? "store" : "load", at_instruction(pc)}, host_array_at(p),
         text("%s of %zu bytes at %p, which is host memory", write ? "a store" : "a load", bytes, static_cast<const void *>(p)));
}

void scalar(const void *address, std::size_t bytes, Access access, const void *pc) {
  Core *core = self();
  if (!core || core->is_memory_core) return;
  const char *p = static_cast<const char *>(address);
  if (p >= core->stack_low && p < core->stack_high) return;
  Place place = locate(p);
  if (!place.object) return unknown_memory(*core, p, bytes, access, pc);
  count_instruction({access == Access::write ? "store" : "load", {nullptr, 0}}, /*traced=*/false);
  cost_scalar(place.object->space);
  const unsigned spaces = any_space & ~in(Space::wram);
  check({access == Access::write ? "store" : "load", at_instruction(pc)}, {"element", address, bytes, access, spaces});
}

} // namespace

void scalar_access(const Call &call, const void *address, unsigned bytes, bool write, Space space) {
  check(call, {"element", address, bytes, write ? Access::write : Access::read, in(space)});
}

} // namespace xpiler_sim

using xpiler_sim::Access;
using xpiler_sim::scalar;

#define XPILER_SIM_HOOK(size) \
  void __tsan_read##size(void *p) { scalar(p, size, Access::read, __builtin_return_address(0)); } \
  void __tsan_write##size(void *p) { scalar(p, size, Access::write, __builtin_return_address(0)); } \
  void __tsan_volatile_read##size(void *p) { scalar(p, size, Access::read, __builtin_return_address(0)); } \
  void __tsan_volatile_write##size(void *p) { scalar(p, size, Access::write, __builtin_return_address(0)); }
#define XPILER_SIM_UNALIGNED(size) \
  void __tsan_unaligned_read##size(void *p) { scalar(p, size, Access::read, __builtin_return_address(0)); } \
  void __tsan_unaligned_write##size(void *p) { scalar(p, size, Access::write, __builtin_return_address(0)); }

extern "C" {
XPILER_SIM_HOOK(1)
XPILER_SIM_HOOK(2)
XPILER_SIM_HOOK(4)
XPILER_SIM_HOOK(8)
XPILER_SIM_HOOK(16)
XPILER_SIM_UNALIGNED(2)
XPILER_SIM_UNALIGNED(4)
XPILER_SIM_UNALIGNED(8)
XPILER_SIM_UNALIGNED(16)
void __tsan_read_range(void *p, unsigned long n) { scalar(p, n, Access::read, __builtin_return_address(0)); }
void __tsan_write_range(void *p, unsigned long n) { scalar(p, n, Access::write, __builtin_return_address(0)); }
void __tsan_init(void) {}
void __tsan_func_entry(void *) {}
void __tsan_func_exit(void) {}
void __tsan_vptr_update(void **, void *) {}
void __tsan_vptr_read(void **) {}
}

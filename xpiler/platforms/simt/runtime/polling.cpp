// Without checks: a file with volatile or atomic accesses is compiled with -fsanitize=thread too, and all that its calls
// do is to let other threads and blocks run where one only looks at memory (watch.cpp does it with checks).
#include "device_memory.h"
#include "fibers.h"
#include "machine.h"
#include "shared_memory.h"

using namespace xpiler_simt;

static void wrote(const void *address) {
  if (running && !in_fiber_stacks(address)) note_progress();
}

static void looked(const void *address, const void *place) {
  if (running && !in_fiber_stacks(address)) look_again(place);
}

#define XPILER_POLL(bytes) \
  extern "C" void __tsan_read##bytes(void *) {} \
  extern "C" void __tsan_unaligned_read##bytes(void *) {} \
  extern "C" void __tsan_write##bytes(void *p) { wrote(p); } \
  extern "C" void __tsan_unaligned_write##bytes(void *p) { wrote(p); } \
  extern "C" void __tsan_volatile_read##bytes(void *p) { looked(p, __builtin_return_address(0)); } \
  extern "C" void __tsan_unaligned_volatile_read##bytes(void *p) { looked(p, __builtin_return_address(0)); } \
  extern "C" void __tsan_volatile_write##bytes(void *p) { wrote(p); } \
  extern "C" void __tsan_unaligned_volatile_write##bytes(void *p) { wrote(p); }
XPILER_POLL(1)
XPILER_POLL(2)
XPILER_POLL(4)
XPILER_POLL(8)
XPILER_POLL(16)
extern "C" void __tsan_read_range(void *, std::size_t) {}
extern "C" void __tsan_write_range(void *p, std::size_t) { wrote(p); }
extern "C" void __tsan_init() {}
extern "C" void __tsan_func_entry(void *) {}
extern "C" void __tsan_func_exit() {}
extern "C" void __tsan_vptr_update(void **, void *) {}
extern "C" void __tsan_vptr_read(void **) {}

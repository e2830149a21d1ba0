#include "fibers.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>

namespace xpiler_simt {

constexpr std::size_t guard_bytes = 4096;
static char *region = nullptr;

constexpr std::size_t region_bytes = stack_count * (stack_bytes + guard_bytes);
static unsigned guarded = 0; // stacks whose guard page is in place

static char *reserve_region() {
  void *memory = mmap(nullptr, region_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) abort();
  return static_cast<char *>(memory);
}

__attribute__((destructor)) static void release_region() {
  if (region) munmap(region, region_bytes);
}

char *fiber_stack(unsigned index) {
  if (!region) region = reserve_region();
  for (; guarded <= index; ++guarded) mprotect(region + guarded * (stack_bytes + guard_bytes), guard_bytes, PROT_NONE);
  return region + index * (stack_bytes + guard_bytes) + guard_bytes;
}

bool in_fiber_stacks(const void *address) { return region && std::size_t(static_cast<const char *>(address) - region) < region_bytes; }

#if defined(__x86_64__)
// rbx, rbp, r12 to r15 and the return address: seven words on the stack of whoever is not running.
asm(R"(
.text
.globl xpiler_simt_switch
.hidden xpiler_simt_switch
.type xpiler_simt_switch, @function
xpiler_simt_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size xpiler_simt_switch, .-xpiler_simt_switch
)");

void *prepare_fiber(char *stack, void (*entry)()) {
  auto *top = reinterpret_cast<std::uint64_t *>(stack + stack_bytes);
  *--top = 0; // the return address entry never uses; the stack is aligned as after a call
  *--top = reinterpret_cast<std::uint64_t>(entry);
  for (int i = 0; i < 6; ++i) *--top = 0;
  return top;
}
#else
// Anywhere else the C library's contexts do the same, more slowly.
#include <ucontext.h>

struct PortableFiber {
  ucontext_t context;
};

void *prepare_fiber(char *stack, void (*entry)()) {
  auto *fiber = reinterpret_cast<PortableFiber *>(stack);
  getcontext(&fiber->context);
  fiber->context.uc_stack.ss_sp = stack + sizeof(PortableFiber);
  fiber->context.uc_stack.ss_size = stack_bytes - sizeof(PortableFiber);
  fiber->context.uc_link = nullptr;
  makecontext(&fiber->context, entry, 0);
  return fiber;
}

extern "C" void xpiler_simt_switch(void **from, void *to) {
  PortableFiber here;
  *from = &here;
  swapcontext(&here.context, &static_cast<PortableFiber *>(to)->context);
}
#endif

} // namespace xpiler_simt

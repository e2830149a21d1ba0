#include "faults.h"

#include <csignal>
#include <cstdlib>
#include <ucontext.h>

#include "device_memory.h"
#include "fibers.h"
#include "machine.h"
#include "shared_memory.h"

namespace xpiler_simt {

constexpr int signals[] = {SIGSEGV, SIGBUS, SIGFPE};
constexpr std::size_t handler_stack_bytes = 128 * 1024;
static struct sigaction old_actions[3];
static stack_t old_stack;

static const void *fault_place(const ucontext_t *context) {
#if defined(__x86_64__)
  return reinterpret_cast<const char *>(context->uc_mcontext.gregs[REG_RIP]) + 1; // as if it were a return address
#else
  (void)context;
  return nullptr;
#endif
}

static Finding describe_fault(int signal, const siginfo_t *info, const void *place) {
  if (signal == SIGFPE) return {"division-by-zero", "integer division by zero, or of the smallest number by -1", "", place};
  const char *address = static_cast<const char *>(info->si_addr);
  if (in_fiber_stacks(address)) return {"stack-overflow", "the thread's local memory is full", "", place};
  if (const Allocation *a = allocation_near(address))
    return {a->freed ? "use-after-free" : "out-of-bounds",
            "access " + (a->freed ? "to device memory that was freed" : describe(*a, address)), a->name, place};
  if (in_device_region(address)) return {"out-of-bounds", "access to device memory that nothing was allocated in", "", place};
  if (info->si_code == SI_KERNEL || !address)
    return {"misaligned", "a vector access at an address its size does not divide, or through a wild pointer", "", place};
  return {"out-of-bounds", "access to an address that belongs to no memory", "", place};
}

/// Resumes the faulting thread in `abandon_launch`, on its own stack, as if it had called it.
static void leave_thread(ucontext_t *context) {
#if defined(__x86_64__)
  context->uc_mcontext.gregs[REG_RIP] = reinterpret_cast<greg_t>(&abandon_launch);
  context->uc_mcontext.gregs[REG_RSP] = reinterpret_cast<greg_t>(running->stack + stack_bytes - 8);
#else
  (void)context;
  std::abort();
#endif
}

static void on_fault(int signal, siginfo_t *info, void *opaque) {
  auto *context = static_cast<ucontext_t *>(opaque);
  if (!running) {
    // Not a simulated thread: the host program's own fault, for its own handler.
    for (int i = 0; i < 3; ++i) sigaction(signals[i], &old_actions[i], nullptr);
    return;
  }
  if (!just_reported(info->si_addr)) record(describe_fault(signal, info, fault_place(context)));
  leave_thread(context);
}

FaultGuard::FaultGuard() {
  static char *handler_stack = static_cast<char *>(std::malloc(handler_stack_bytes));
  stack_t stack{};
  stack.ss_sp = handler_stack;
  stack.ss_size = handler_stack_bytes;
  sigaltstack(&stack, &old_stack);
  struct sigaction action{};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (int i = 0; i < 3; ++i) sigaction(signals[i], &action, &old_actions[i]);
}

FaultGuard::~FaultGuard() {
  for (int i = 0; i < 3; ++i) sigaction(signals[i], &old_actions[i], nullptr);
  sigaltstack(&old_stack, nullptr);
}

} // namespace xpiler_simt

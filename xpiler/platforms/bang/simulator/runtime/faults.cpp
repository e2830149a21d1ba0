#include "faults.h"

#include <csignal>
#include <cstdlib>
#include <ucontext.h>

#include "findings.h"
#include "schedule.h"

namespace xpiler_sim {
namespace {

struct sigaction previous;

const void *instruction_of(void *context) {
#if defined(__x86_64__)
  return reinterpret_cast<const void *>(static_cast<ucontext_t *>(context)->uc_mcontext.gregs[REG_RIP] + 1);
#elif defined(__aarch64__)
  return reinterpret_cast<const void *>(static_cast<ucontext_t *>(context)->uc_mcontext.pc + 1);
#else
  return nullptr;
#endif
}

/// The kernel is compiled so that an access may throw; the exception leaves the task as any other abandonment does.
void on_fault(int, siginfo_t *info, void *context) {
  if (!self()) {
    sigaction(SIGSEGV, &previous, nullptr); // not a kernel's: the access happens again, under whoever was there before
    return;
  }
  report("out-of-bounds", {"access", at_instruction(instruction_of(context))}, "", text("address %p is not mapped", info->si_addr));
  abandon_launch();
  sigset_t faults;
  sigemptyset(&faults);
  sigaddset(&faults, SIGSEGV);
  sigaddset(&faults, SIGBUS);
  pthread_sigmask(SIG_UNBLOCK, &faults, nullptr);
  throw Abandoned();
}

} // namespace

void catch_faults() {
  static bool installed = false;
  if (installed) return;
  installed = true;
  struct sigaction action = {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, &previous);
  sigaction(SIGBUS, &action, nullptr);
}

} // namespace xpiler_sim

// `assert` in a kernel: a finding and the end of the launch; on the host what the C library does.
#include <cstdio>
#include <cstdlib>

#include "findings.h"
#include "schedule.h"

using namespace xpiler_sim;

extern "C" [[noreturn]] void __wrap___assert_fail(const char *condition, const char *file, unsigned line, const char *) {
  if (!self()) {
    std::fprintf(stderr, "%s:%u: assertion '%s' failed\n", file, line, condition);
    std::abort();
  }
  report("assertion", {"assert", {file, int(line)}}, "", text("assertion '%s' failed", condition));
  abandon_launch();
  throw Abandoned();
}

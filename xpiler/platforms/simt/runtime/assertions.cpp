// `assert` in a kernel: a finding and the end of the launch; on the host what the C library does.
#include <cstdio>
#include <cstdlib>

#include "machine.h"

using namespace xpiler_simt;

extern "C" [[noreturn]] void __wrap___assert_fail(const char *condition, const char *file, unsigned line, const char *) {
  if (!running) {
    std::fprintf(stderr, "%s:%u: assertion '%s' failed\n", file, line, condition);
    std::abort();
  }
  record({"assertion", std::string("assertion '") + condition + "' failed", "", __builtin_return_address(0)});
  abandon_launch();
}

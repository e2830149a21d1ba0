// Where a builtin is called from: each wrapper hands its name and the caller's line to the runtime.
#pragma once

namespace xpiler_sim {

/// A source position; as a defaulted last parameter it is the caller's.
struct At {
  const char *file;
  int line;
};

/// One executed builtin, for findings and counts.
struct Call {
  const char *name;
  At at;
};

} // namespace xpiler_sim

#define XPILER_SIM_AT ::xpiler_sim::At at = {__builtin_FILE(), __builtin_LINE()}

// From a code address to the user's line, through the debug information of this very library.
#pragma once
#include <string>

namespace xpiler_simt {

struct SourceLine {
  std::string file;
  int line = 0;
};

/// The innermost line of the user's own files (the simulator's headers are skipped).
SourceLine source_line(const void *return_address);
bool same_source_line(const void *a, const void *b);

} // namespace xpiler_simt

// A program run once: bytes in, bytes out, with a time limit.

#ifndef XPILER_PLUGIN_CHILD_PROCESS_H
#define XPILER_PLUGIN_CHILD_PROCESS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace xpiler {

struct ChildResult {
  enum class End { exited, notStarted, timedOut } end = End::exited;
  int code = 0;       ///< the exit code; 128 + n where signal n ended it
  std::string output; ///< its standard output
  std::string errors; ///< its standard error; where it did not start, why
};

/// Runs `program` with `arguments` (its own name not among them) in a process group of its own, which is killed when the time is over.
ChildResult runChild(const std::string &program, llvm::ArrayRef<std::string> arguments, llvm::StringRef input, unsigned seconds);

} // namespace xpiler

#endif

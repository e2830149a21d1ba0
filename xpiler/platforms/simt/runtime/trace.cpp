#include "trace.h"

#include <cstdio>
#include <cstdlib>

#include "machine.h"
#include "source_lines.h"

namespace xpiler_simt {

constexpr long line_limit = 1000000;

static FILE *open_trace() {
  const char *path = std::getenv("XPILER_SIM_TRACE");
  return path && *path ? std::fopen(path, "w") : nullptr;
}

static FILE *trace_file = open_trace();
bool tracing = trace_file != nullptr;
static long lines = 0;

static void write_line(const std::string &line) {
  std::fprintf(trace_file, "%s\n", line.c_str());
  if (++lines == line_limit) {
    std::fprintf(trace_file, "... the trace ends after %ld lines\n", line_limit);
    tracing = false;
  }
  std::fflush(trace_file);
}

static std::string triple(uint3 v) { return std::to_string(v.x) + "," + std::to_string(v.y) + "," + std::to_string(v.z); }

static std::string where(const void *place) {
  SourceLine line = source_line(place);
  return line.line ? line.file.substr(line.file.rfind('/') + 1) + ":" + std::to_string(line.line) : "-";
}

void trace_event(const void *place, const std::string &what) {
  if (!tracing) return;
  std::string who = running ? "block " + triple(blockIdx) + " thread " + triple(running->index) : "host";
  write_line(where(place) + "\t" + who + "\t" + what);
}

void trace_access(const void *place, const char *space, const std::string &name, long offset, std::size_t bytes, bool write, bool atomic) {
  trace_event(place, std::string(atomic  ? "atomic "
                                 : write ? "store "
                                         : "load ") +
                         std::to_string(bytes) + " " + space + (name.empty() ? "" : " " + name) + " +" + std::to_string(offset));
}

} // namespace xpiler_simt

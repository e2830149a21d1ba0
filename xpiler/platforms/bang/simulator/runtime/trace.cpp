#include "trace.h"

#include <cstdio>
#include <cstdlib>

#include "findings.h"
#include "schedule.h"

namespace xpiler_sim {
namespace {

constexpr long line_limit = 1000000;
long lines = 0;

FILE *open_trace() {
  const char *path = std::getenv("XPILER_SIM_TRACE");
  return path && *path ? std::fopen(path, "w") : nullptr;
}

FILE *trace_file = open_trace();

std::string who() {
  Core *core = self();
  if (!core) return "host";
  return core->is_memory_core ? text("memory core of cluster %d", core->cluster) : text("task %d", core->task);
}

} // namespace

bool tracing = trace_file != nullptr;

void trace_event(const Call &call, const std::string &what) {
  if (!tracing) return;
  At at = resolved(call.at);
  std::string file = at.file ? at.file : "-";
  std::fprintf(trace_file, "%s:%d\t%s\t%s%s\n", file.substr(file.rfind('/') + 1).c_str(), at.line, who().c_str(), call.name, what.c_str());
  if (++lines == line_limit) {
    std::fprintf(trace_file, "... the trace ends after %ld lines\n", line_limit);
    tracing = false;
  }
  std::fflush(trace_file);
}

void trace_operand(const Call &call, const Operand &operand, const Place &place) {
  if (!tracing) return;
  const char *verb = operand.access == Access::write ? "writes" : "reads";
  trace_event(call, text(" %s %s %zu of %s %s +%td", operand.role, verb, operand.bytes, name_of(place.object->space),
                         place.object->name.c_str(), place.offset));
}

} // namespace xpiler_sim

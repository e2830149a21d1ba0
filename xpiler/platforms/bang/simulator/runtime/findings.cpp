#include "findings.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <map>
#include <mutex>
#include <tuple>
#include <vector>

#include "options.h"
#include "processes.h"
#include "schedule.h"

namespace xpiler_sim {
namespace {

struct Finding {
  bool is_error;
  const char *kind;
  std::string message, kernel, buffer, call, file;
  int task, line, count;
  const void *pc;
};

std::vector<Finding> findings;
std::map<std::tuple<std::string, std::string, std::string, int, const void *>, std::size_t> seen;
std::string last_json;

/// Kinds that corrupt memory or hang; the lenient mode keeps these alone.
bool corrupts(const char *kind) {
  for (const char *bad : {"out-of-bounds", "host-pointer", "use-after-free", "missed-barrier", "capacity", "queue"})
    if (!std::strcmp(kind, bad)) return true;
  return false;
}

void note(bool is_error, const char *kind, const Call &call, const std::string &buffer, const std::string &message) {
  if (!xpiler_sim_options.strict && (!is_error || !corrupts(kind))) return;
  const void *pc = call.at.line < 0 ? static_cast<const void *>(call.at.file) : nullptr;
  std::string file = pc || !call.at.file ? "" : call.at.file;
  auto key = std::make_tuple(std::string(kind), buffer, file, call.at.line, pc);
  auto known = seen.find(key);
  if (known != seen.end()) {
    findings[known->second].count++;
    return;
  }
  if (findings.size() >= most_findings) return;
  note_finding();
  seen[key] = findings.size();
  findings.push_back({is_error, kind, message, running_kernel(), buffer, call.name, file, running_task(), call.at.line, 1, pc});
}

/// file and line of an instruction of this shared object, by addr2line; unknown where that tool is missing.
std::pair<std::string, int> ask_addr2line(const void *pc) {
  std::pair<std::string, int> found{"", -1};
  Dl_info info;
  if (!dladdr(pc, &info)) return found;
  unsigned long offset = static_cast<const char *>(pc) - static_cast<const char *>(info.dli_fbase);
  std::FILE *pipe = popen(text("addr2line -e '%s' 0x%lx 2>/dev/null", info.dli_fname, offset - 1).c_str(), "r");
  if (!pipe) return found;
  char line[1024] = "";
  if (std::fgets(line, sizeof line, pipe))
    if (char *colon = std::strrchr(line, ':')) found = {std::string(line, colon), std::atoi(colon + 1)};
  pclose(pipe);
  return found;
}

void resolve(Finding &finding) {
  if (!finding.pc) return;
  At at = resolved(at_instruction(finding.pc));
  if (at.file) finding.file = at.file, finding.line = at.line;
  finding.pc = nullptr;
}

} // namespace

std::string text(const char *format, ...) {
  char buffer[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(buffer, sizeof buffer, format, arguments);
  va_end(arguments);
  return buffer;
}

std::string quoted(const std::string &s) {
  std::string out = "\"";
  for (char c : s) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) out += text("\\u%04x", c);
    else out += c;
  }
  return out + "\"";
}

At resolved(At at) {
  static std::map<const void *, std::pair<std::string, int>> known;
  if (at.line >= 0) return at;
  auto [place, is_new] = known.try_emplace(at.file);
  if (is_new) place->second = ask_addr2line(at.file);
  return {place->second.first.c_str(), place->second.second};
}

At at_instruction(const void *pc) { return {static_cast<const char *>(pc), -1}; }

void report(const char *kind, const Call &call, const std::string &buffer, const std::string &message) {
  note(true, kind, call, buffer, message);
}
void warn(const char *kind, const Call &call, const std::string &buffer, const std::string &message) {
  note(false, kind, call, buffer, message);
}

} // namespace xpiler_sim

using namespace xpiler_sim;

namespace {

const char *as_json(bool errors) {
  last_json = "[";
  for (auto &finding : findings) {
    if (finding.is_error != errors) continue;
    resolve(finding);
    if (last_json.size() > 1) last_json += ", ";
    last_json += "{\"kind\": " + quoted(finding.kind) + ", \"message\": " + quoted(finding.message) +
                 ", \"kernel\": " + quoted(finding.kernel) + text(", \"task\": %d", finding.task) + ", \"call\": " + quoted(finding.call) +
                 ", \"file\": " + quoted(finding.file) +
                 text(", \"line\": %d, \"count\": %d", finding.line < 0 ? 0 : finding.line, finding.count) +
                 ", \"buffer\": " + quoted(finding.buffer) + "}";
  }
  last_json += "]";
  return last_json.c_str();
}

} // namespace

extern "C" const char *xpiler_sim_findings(void) { return as_json(true); }

/// What is legal and suspicious: capacity the compiler reserves, inputs outside a documented range.
extern "C" const char *xpiler_sim_warnings(void) { return as_json(false); }

namespace xpiler_sim {
void clear_findings() {
  findings.clear();
  seen.clear();
}

bool anything_found() {
  return std::any_of(findings.begin(), findings.end(), [](const Finding &finding) { return finding.is_error; });
}

bool take_repetitions(Repetitions &repetitions) {
  for (std::size_t i = 0; i < most_findings; i++) repetitions.count[i] = i < findings.size() ? findings[i].count : 0;
  return true;
}

void add_difference(const Repetitions &later, const Repetitions &earlier) {
  for (std::size_t i = 0; i < findings.size(); i++) findings[i].count += later.count[i] - earlier.count[i];
}
} // namespace xpiler_sim

// The caller's arrays, and the findings as JSON with the line of each.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>
#include <vector>

#include "checks.h"

namespace xpiler_checks {
namespace {

struct Finding {
  std::string kind, message, buffer;
  const void *place;
};
std::vector<Finding> findings;
std::set<std::string> seen;
std::map<const char *, Array> arrays; // by where they are mapped
std::uint64_t changes = 0;            // of that table
constexpr std::size_t most_findings = 200;

struct Line {
  std::string file;
  int number = 0;
};

bool is_ours(const std::string &file) { return file.find("/vnni/emulation/") != std::string::npos || file.rfind("/usr/", 0) == 0; }

/// The innermost line of the user's at an instruction, by addr2line; none where that tool is missing.
Line line_of(const void *place) {
  Dl_info info;
  Line found;
  if (!dladdr(place, &info) || std::strchr(info.dli_fname, '\'')) return found;
  char command[4352], text[4096];
  const unsigned long offset = static_cast<const char *>(place) - 1 - static_cast<const char *>(info.dli_fbase);
  std::snprintf(command, sizeof command, "addr2line -i -e '%s' 0x%lx 2>/dev/null", info.dli_fname, offset);
  FILE *pipe = popen(command, "r");
  while (pipe && std::fgets(text, sizeof text, pipe)) {
    const char *colon = std::strrchr(text, ':');
    const std::string file = colon ? std::string(text, colon - text) : "";
    if (!found.number && colon && std::atoi(colon + 1) > 0 && !is_ours(file)) found = {file, std::atoi(colon + 1)};
  }
  if (pipe) pclose(pipe);
  return found;
}

std::string quoted(const std::string &text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 32 ? ' ' : c;
  }
  return out + "\"";
}

} // namespace

Array *array_near(const void *address) {
  static Array *last = nullptr;
  static std::uint64_t last_change = 0;
  const char *p = static_cast<const char *>(address);
  if (last && last_change == changes && p >= last->mapped && p < last->mapped + last->mapped_bytes) return last;
  auto next = arrays.upper_bound(p);
  if (next == arrays.begin()) return nullptr;
  Array &array = (--next)->second;
  if (p >= array.mapped + array.mapped_bytes) return nullptr;
  last_change = changes;
  return last = &array;
}

void add_array(const Array &array) { arrays[array.mapped] = array, ++changes; }
void forget_array(const char *mapped) {
  auto found = arrays.find(mapped);
  std::free(found->second.written);
  arrays.erase(found), ++changes;
}

unsigned char *new_marks(std::size_t bytes, bool written) {
  auto *marks = static_cast<unsigned char *>(std::malloc(bytes + 1));
  std::memset(marks, written, bytes + 1);
  return marks;
}

const std::string &name_of(Array &array) {
  if (array.name.empty() && array.place) array.name = "memory of line " + std::to_string(line_of(array.place).number);
  return array.name;
}

void record(const char *kind, const std::string &message, const std::string &buffer, const void *place) {
  const std::string key = kind + buffer + std::to_string(reinterpret_cast<std::uintptr_t>(place));
  if (findings.size() < most_findings && seen.insert(key).second) findings.push_back({kind, message, buffer, place});
}

} // namespace xpiler_checks

using namespace xpiler_checks;

#define XPILER_EXPORT extern "C" __attribute__((visibility("default")))

/// Makes an array of the caller's known: `mapped` is all that was reserved for it, guard pages and all.
XPILER_EXPORT void xpiler_sim_array(void *begin, std::size_t bytes, void *mapped, std::size_t mapped_bytes, const char *name, int written) {
  add_array({static_cast<char *>(begin), bytes, static_cast<char *>(mapped), mapped_bytes, name, new_marks(bytes, written != 0)});
}

XPILER_EXPORT const char *xpiler_sim_findings() {
  static std::string text;
  std::set<std::string> listed; // one line of source is several instructions
  text = "[";
  for (const Finding &finding : findings) {
    const Line line = line_of(finding.place);
    if (!listed.insert(finding.kind + finding.buffer + line.file + std::to_string(line.number)).second) continue;
    text += (text.size() > 1 ? ", " : "") + ("{\"kind\": " + quoted(finding.kind)) + ", \"message\": " + quoted(finding.message) +
            ", \"file\": " + quoted(line.file) + ", \"line\": " + std::to_string(line.number) + ", \"buffer\": " + quoted(finding.buffer) +
            "}";
  }
  return (text += "]").c_str();
}

#include "source_lines.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

namespace xpiler_simt {

/// One line of `addr2line -i` output: "file:line" or "file:line (discriminator n)", "??:?" if unknown.
static bool parse_line(const char *text, SourceLine &out) {
  const char *colon = std::strrchr(text, ':');
  if (!colon || text[0] == '?' || std::atoi(colon + 1) <= 0) return false;
  out.file.assign(text, colon);
  out.line = std::atoi(colon + 1);
  return true;
}

/// The simulator's headers and the standard library's.
static bool not_the_users(const std::string &file) {
  return file.find("/simt/include/") != std::string::npos || file.rfind("/usr/", 0) == 0;
}

static SourceLine ask_addr2line(const char *library, unsigned long offset) {
  char command[4352], text[4096];
  std::snprintf(command, sizeof command, "addr2line -i -e '%s' 0x%lx 2>/dev/null", library, offset);
  SourceLine found;
  FILE *pipe = std::strchr(library, '\'') ? nullptr : popen(command, "r");
  if (!pipe) return found;
  while (std::fgets(text, sizeof text, pipe)) {
    SourceLine candidate;
    if (found.line || !parse_line(text, candidate) || not_the_users(candidate.file)) continue;
    found = candidate;
  }
  pclose(pipe);
  return found;
}

SourceLine source_line(const void *return_address) {
  static std::map<const void *, SourceLine> known;
  auto hit = known.find(return_address);
  if (hit != known.end()) return hit->second;
  Dl_info info;
  SourceLine found;
  if (return_address && dladdr(return_address, &info) && info.dli_fname)
    // One byte back: the return address can already belong to the next line.
    found = ask_addr2line(info.dli_fname, static_cast<const char *>(return_address) - 1 - static_cast<const char *>(info.dli_fbase));
  return known[return_address] = found;
}

bool same_source_line(const void *a, const void *b) {
  SourceLine first = source_line(a), second = source_line(b);
  return first.line && first.line == second.line && first.file == second.file;
}

} // namespace xpiler_simt

#include "host_arrays.h"

#include <cstddef>
#include <map>

namespace xpiler_simt {

struct HostArray {
  std::size_t bytes;
  std::string name;
};
static std::map<const char *, HostArray> arrays; // by where they begin

std::string host_array_at(const void *address) {
  const char *p = static_cast<const char *>(address);
  auto next = arrays.upper_bound(p);
  if (next == arrays.begin()) return "";
  const auto &[begin, array] = *--next;
  return p < begin + array.bytes ? array.name : "";
}

} // namespace xpiler_simt

/// Tells of an array that a launcher is about to be given.
extern "C" __attribute__((visibility("default"))) void xpiler_sim_host_array(void *begin, std::size_t bytes, const char *name) {
  xpiler_simt::arrays[static_cast<char *>(begin)] = {bytes, name};
}

#include "host_arrays.h"

#include <cstddef>
#include <map>

namespace xpiler_sim {
namespace {

struct HostArray {
  std::size_t bytes;
  std::string name;
};
std::map<const char *, HostArray> arrays; // by where they begin

} // namespace

std::string host_array_at(const void *address) {
  const char *p = static_cast<const char *>(address);
  auto next = arrays.upper_bound(p);
  if (next == arrays.begin()) return "";
  const auto &[begin, array] = *--next;
  return p < begin + array.bytes ? array.name : "";
}

} // namespace xpiler_sim

/// Tells of an array that a launcher is about to be given.
extern "C" void xpiler_sim_host_array(void *begin, std::size_t bytes, const char *name) {
  xpiler_sim::arrays[static_cast<char *>(begin)] = {bytes, name};
}

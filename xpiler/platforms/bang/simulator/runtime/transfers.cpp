#include "transfers.h"

#include <string>
#include <utility>
#include <vector>

#include "findings.h"

namespace xpiler_sim {
namespace {

bool watching = false;
std::vector<std::pair<const void *, std::size_t>> transfers;

} // namespace

bool watching_transfers() { return watching; }
void note_transfer(const void *address, std::size_t bytes) { transfers.push_back({address, bytes}); }

} // namespace xpiler_sim

using namespace xpiler_sim;

extern "C" void xpiler_sim_watch_transfers(void) { watching = true; }

/// Address and bytes of each side of each copy so far, as JSON.
extern "C" const char *xpiler_sim_transfers(void) {
  static std::string json;
  json = "[";
  for (auto [address, bytes] : transfers)
    json += text("%s[%lu, %zu]", json.size() > 1 ? ", " : "", reinterpret_cast<unsigned long>(address), bytes);
  json += "]";
  return json.c_str();
}

#include "transfers.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace xpiler_simt {

static bool watching = false;
static std::vector<std::pair<const void *, std::size_t>> transfers;

bool watching_transfers() { return watching; }
void note_transfer(const void *address, std::size_t bytes) { transfers.push_back({address, bytes}); }

} // namespace xpiler_simt

#define XPILER_EXPORT extern "C" __attribute__((visibility("default")))

XPILER_EXPORT void xpiler_sim_watch_transfers() { xpiler_simt::watching = true; }

/// Address and bytes of each side of each copy so far, as JSON.
XPILER_EXPORT const char *xpiler_sim_transfers() {
  static std::string json;
  json = "[";
  for (auto [address, bytes] : xpiler_simt::transfers)
    json +=
        (json.size() > 1 ? ", [" : "[") + std::to_string(reinterpret_cast<std::uintptr_t>(address)) + ", " + std::to_string(bytes) + "]";
  json += "]";
  return json.c_str();
}

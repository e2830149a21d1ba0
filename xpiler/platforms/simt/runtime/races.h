// The checks of one access against what is remembered, for shared and for device memory alike.
#pragma once
#include <string>

#include "shadow.h"

namespace xpiler_simt {

enum class Kind { plain, atomic };

/// What a finding says about the memory: its name, and the byte.
struct MemoryName {
  const char *space;                            // "shared" or "device"
  bool of_block;                                // shared: other blocks never saw it, and atomic and plain accesses conflict
  std::string (*describe)(const void *address); // "byte 3 of 's'"
  std::string (*buffer)(const void *address);   // "s"
};

/// Checks an access and remembers it.
void check_races(ByteShadow &byte, const char *address, std::size_t bytes, bool write, Kind kind, const MemoryName &name,
                 const void *place);

/// A write over an unordered write counts as a race only if it changes the value, which is known
/// when the next thing happens.
extern bool write_is_pending;
void settle_pending();
inline void settle_pending_write() {
  if (write_is_pending) settle_pending();
}

} // namespace xpiler_simt

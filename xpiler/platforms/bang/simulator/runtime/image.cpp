#include "image.h"

#include <link.h>

#include <cstddef>

#include "options.h"

namespace xpiler_sim {

namespace {

/// Bytes [low, high).
struct Range {
  const char *low = nullptr, *high = nullptr;
  bool holds(const void *address) const { return low && address >= low && address < high; }
};

/// Calls `take` with the description of this shared object.
template <typename Take>
void with_own_object(Take take) {
  dl_iterate_phdr(
      [](dl_phdr_info *info, std::size_t, void *data) {
        const char *here = reinterpret_cast<const char *>(&xpiler_sim_options);
        for (int i = 0; i < info->dlpi_phnum; i++) {
          const auto &segment = info->dlpi_phdr[i];
          const char *start = reinterpret_cast<const char *>(info->dlpi_addr + segment.p_vaddr);
          if (segment.p_type != PT_LOAD || here < start || here >= start + segment.p_memsz) continue;
          (*static_cast<Take *>(data))(*info);
          return 1;
        }
        return 0;
      },
      &take);
}

Range loaded_segments() {
  Range all;
  with_own_object([&](const dl_phdr_info &info) {
    for (int i = 0; i < info.dlpi_phnum; i++) {
      const auto &part = info.dlpi_phdr[i];
      if (part.p_type != PT_LOAD) continue;
      const char *first = reinterpret_cast<const char *>(info.dlpi_addr + part.p_vaddr);
      if (!all.low || first < all.low) all.low = first;
      if (first + part.p_memsz > all.high) all.high = first + part.p_memsz;
    }
  });
  return all;
}

Range thread_block() {
  Range block;
  with_own_object([&](const dl_phdr_info &info) {
    for (int i = 0; i < info.dlpi_phnum; i++)
      if (info.dlpi_phdr[i].p_type == PT_TLS) {
        block.low = static_cast<const char *>(info.dlpi_tls_data);
        block.high = block.low + info.dlpi_phdr[i].p_memsz;
      }
  });
  return block;
}

} // namespace

bool in_image(const void *address) {
  static const Range image = loaded_segments();
  return image.holds(address);
}

bool in_thread_block(const void *address) {
  thread_local Range block; // being one of the block's variables, it has made the loader give this thread the block
  if (!block.low) block = thread_block();
  return block.holds(address);
}

} // namespace xpiler_sim

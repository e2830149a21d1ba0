#include "image.h"

#include <link.h>

#include <cstddef>

#include "options.h"

namespace xpiler_sim {

bool in_image(const void *address) {
  static const char *low = nullptr, *high = nullptr;
  if (!low) {
    dl_iterate_phdr(
        [](dl_phdr_info *info, std::size_t, void *) {
          const char *here = reinterpret_cast<const char *>(&xpiler_sim_options);
          for (int i = 0; i < info->dlpi_phnum; i++) {
            const auto &segment = info->dlpi_phdr[i];
            const char *start = reinterpret_cast<const char *>(info->dlpi_addr + segment.p_vaddr);
            if (segment.p_type != PT_LOAD || here < start || here >= start + segment.p_memsz) continue;
            for (int j = 0; j < info->dlpi_phnum; j++) {
              const auto &part = info->dlpi_phdr[j];
              if (part.p_type != PT_LOAD) continue;
              const char *first = reinterpret_cast<const char *>(info->dlpi_addr + part.p_vaddr);
              if (!low || first < low) low = first;
              if (first + part.p_memsz > high) high = first + part.p_memsz;
            }
            return 1;
          }
          return 0;
        },
        nullptr);
  }
  const char *p = static_cast<const char *>(address);
  return low && p >= low && p < high;
}

} // namespace xpiler_sim

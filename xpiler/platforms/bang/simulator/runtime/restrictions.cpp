#include "restrictions.h"

#include <cstdint>

#include "findings.h"
#include "memory.h"
#include "options.h"

namespace xpiler_sim {

void check_old_arch(const Call &call, const void *operand, std::size_t bytes) {
  if (xpiler_sim_options.arch >= 300) return;
  const std::string name = buffer_at(operand);
  if (bytes % 128)
    report("alignment", call, name, text("length %zu bytes is no multiple of 128 on mtp_%d", bytes, xpiler_sim_options.arch));
  if (reinterpret_cast<std::uintptr_t>(operand) % 64)
    report("alignment", call, name, text("'%s' is not aligned to 64 bytes", name.c_str()));
}

} // namespace xpiler_sim

// Restrictions of the 2xx architectures on plain vector builtins.
#pragma once
#include <cstddef>

#include "xpiler_sim/call.h"

namespace xpiler_sim {

/// On 2xx: lengths in multiples of 128 bytes and operands at multiples of 64.
void check_old_arch(const Call &call, const void *operand, std::size_t bytes);

} // namespace xpiler_sim

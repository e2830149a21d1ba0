// Accesses that the CPU itself refuses: a kernel's wild pointer becomes a finding, not a crash.
#pragma once

namespace xpiler_sim {

/// For the running core thread: an invalid access inside the kernel is reported with its line and ends the launch.
void catch_faults();

} // namespace xpiler_sim

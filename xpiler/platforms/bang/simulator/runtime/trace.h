// What happens, line by line, in the file that XPILER_SIM_TRACE names; nothing where it names none.
#pragma once
#include <string>

#include "memory.h"
#include "xpiler_sim/call.h"

namespace xpiler_sim {

extern bool tracing;

/// One event of the running core (or of the host).
void trace_event(const Call &call, const std::string &what);
/// An operand as a builtin, a copy or a scalar access touches it.
void trace_operand(const Call &call, const Operand &operand, const Place &place);

} // namespace xpiler_sim

// What ran: instructions by name, bytes by direction, waits at barriers.
#pragma once
#include "xpiler_sim/call.h"

namespace xpiler_sim {

void count_instruction(const Call &call, bool traced = true);
void count_bytes(int direction, unsigned long bytes);
void count_wait();
void clear_counts();

} // namespace xpiler_sim

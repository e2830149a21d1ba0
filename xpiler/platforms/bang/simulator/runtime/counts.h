// What ran: instructions by name, bytes by direction, waits at barriers.
#pragma once
#include "xpiler_sim/call.h"

namespace xpiler_sim {

void count_instruction(const Call &call, bool traced = true);
void count_bytes(int direction, unsigned long bytes);
void count_wait();
void clear_counts();

/// The counts as plain memory, which a process can hand to another that it was forked from.
struct Tally {
  static constexpr int most = 512;
  int kinds = 0;
  struct {
    const char *name;
    long count;
  } instructions[most];
  unsigned long moved[24];
  long waits;
};
/// Writes the counts so far; false where there are too many kinds of instructions.
bool take_tally(Tally &tally);
/// Adds what came between two tallies.
void add_difference(const Tally &later, const Tally &earlier);

} // namespace xpiler_sim

// Findings: what a check saw, once for each place, and the JSON the caller reads.
#pragma once
#include <string>

#include "xpiler_sim/call.h"

namespace xpiler_sim {

/// Notes one finding against the running kernel and task; equal ones at one place are counted, not repeated.
void report(const char *kind, const Call &call, const std::string &buffer, const std::string &message);
/// The same for something that is legal and suspicious.
void warn(const char *kind, const Call &call, const std::string &buffer, const std::string &message);

/// A position for code without a call: the instruction at `pc`, turned into a line when the findings are read.
At at_instruction(const void *pc);
/// The same position as file and line.
At resolved(At at);

void clear_findings();
/// Whether there is a finding (warnings are none).
bool anything_found();

constexpr int most_findings = 200;
/// How often each finding and warning so far came, as plain memory.
struct Repetitions {
  int count[most_findings];
};
bool take_repetitions(Repetitions &repetitions);
void add_difference(const Repetitions &later, const Repetitions &earlier);

std::string text(const char *format, ...) __attribute__((format(printf, 1, 2)));
std::string quoted(const std::string &s);

} // namespace xpiler_sim

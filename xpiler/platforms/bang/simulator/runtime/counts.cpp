#include "counts.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <unordered_map>

#include "cycles.h"
#include "findings.h"
#include "trace.h"

namespace xpiler_sim {
namespace {

std::unordered_map<const char *, long> instructions;
unsigned long moved[24];
long waits;
std::string last_json;
const char *directions[24] = {"GDRAM2NRAM", "NRAM2GDRAM",  "LDRAM2NRAM",  "NRAM2LDRAM",  "GDRAM2WRAM",  "WRAM2GDRAM",
                              "LDRAM2WRAM", "WRAM2LDRAM",  "NRAM2NRAM",   "NRAM2WRAM",   "WRAM2NRAM",   "GDRAM2SRAM",
                              "SRAM2GDRAM", "LDRAM2SRAM",  "SRAM2LDRAM",  "SRAM2NRAM",   "NRAM2SRAM",   "SRAM2WRAM",
                              "WRAM2SRAM",  "GDRAM2GDRAM", "GDRAM2LDRAM", "LDRAM2GDRAM", "LDRAM2LDRAM", "SRAM2SRAM"};

} // namespace

void count_instruction(const Call &call, bool traced) {
  instructions[call.name]++;
  if (traced) begin_cost(call);
  if (tracing && traced) trace_event(call, "");
}
void count_bytes(int direction, unsigned long bytes) { moved[direction] += bytes; }
void count_wait() { waits++; }
void clear_counts() {
  instructions.clear();
  for (auto &bytes : moved) bytes = 0;
  waits = 0;
}

bool take_tally(Tally &tally) {
  tally.kinds = 0;
  if (instructions.size() > Tally::most) return false;
  for (auto &[name, count] : instructions) tally.instructions[tally.kinds++] = {name, count};
  std::copy(std::begin(moved), std::end(moved), tally.moved);
  tally.waits = waits;
  return true;
}

void add_difference(const Tally &later, const Tally &earlier) {
  for (int i = 0; i < later.kinds; i++) instructions[later.instructions[i].name] += later.instructions[i].count;
  for (int i = 0; i < earlier.kinds; i++) instructions[earlier.instructions[i].name] -= earlier.instructions[i].count;
  for (int i = 0; i < 24; i++) moved[i] += later.moved[i] - earlier.moved[i];
  waits += later.waits - earlier.waits;
}

} // namespace xpiler_sim

using namespace xpiler_sim;

extern "C" const char *xpiler_sim_counts(void) {
  std::map<std::string, long> by_name; // one name may stand at several addresses
  for (auto &[name, count] : instructions) by_name[name] += count;
  std::string names, bytes;
  for (auto &[name, count] : by_name) names += (names.empty() ? "" : ", ") + quoted(name) + text(": %ld", count);
  for (int i = 0; i < 24; i++)
    if (moved[i]) bytes += (bytes.empty() ? "" : ", ") + quoted(directions[i]) + text(": %lu", moved[i]);
  last_json = "{\"instructions\": {" + names + "}, \"bytes\": {" + bytes + text("}, \"barrier_waits\": %ld}", waits);
  return last_json.c_str();
}

extern "C" void xpiler_sim_reset(void) {
  clear_findings();
  clear_counts();
  clear_cycles();
}

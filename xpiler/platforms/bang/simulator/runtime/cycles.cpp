#include "cycles.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <string>

#include "cycle_constants.h"
#include "findings.h"
#include "schedule.h"

namespace xpiler_sim {
namespace {

/// The builtin that a core is at: what is known of it so far.
struct Current {
  const char *name = nullptr;
  double bytes = 0, cycles = 0;
  bool off_chip = false;
};
thread_local Current at_work;

struct Totals {
  double cycles = 0, core_cycles = 0, busy[3] = {0, 0, 0};
};
Totals totals;
std::vector<double> places_free; // when each part of the device is free again, within the launch
std::string last_json;

Clock *clock_of_self() { return self() ? &self()->cycles : nullptr; }

bool holds(const char *name, std::initializer_list<const char *> words) {
  return std::any_of(words.begin(), words.end(), [&](const char *word) { return std::strstr(name, word); });
}

double factor_of(const char *name) {
  if (holds(name, {"transpose", "reshape", "rotate", "mirror"})) return cost::transpose_factor;
  if (holds(name, {"relu", "active_abs", "active_sign"})) return 1;
  if (holds(name, {"_div", "_rem"})) return cost::division_factor;
  const bool function = holds(name, {"active_", "recip", "sqrt", "_sin", "_cos", "_tan", "_log", "_pow", "_exp", "sigmoid", "gelu"});
  return function && !std::strstr(name, "expand") ? cost::function_factor : 1;
}

double up_to(double value, double multiple) { return std::ceil(value / multiple) * multiple; }

void run_in(Clock &clock, Queue queue, double start, double cycles) {
  const int q = int(queue);
  clock.free[q] = std::max(start, clock.free[q]) + cycles;
  clock.busy[q] += cycles;
}

/// Charges the builtin that is at its end, if it has touched anything.
void charge(Clock &clock) {
  const Current done = at_work;
  at_work = {};
  if (!done.name) return;
  clock.now += cost::issue;
  if (done.off_chip) {
    run_in(clock, Queue::io, clock.all(), cost::gdram_latency + up_to(done.bytes, cost::gdram_granule) / cost::gdram_bytes);
    clock.now = clock.all();
    return;
  }
  const double vectors = std::ceil(done.bytes / cost::vector_bytes) * factor_of(done.name);
  if (done.bytes || done.cycles) run_in(clock, Queue::compute, clock.now, cost::start_up + (done.cycles ? done.cycles : vectors));
}

/// What a segment costs in GDRAM: whole granules, a part written being read before.
double gdram_cycles(long offset, double size, bool written) {
  const double first = std::fmod(double(offset), cost::gdram_granule);
  const double granules = std::ceil((first + size) / cost::gdram_granule);
  const bool whole = first == 0 && std::fmod(size, cost::gdram_granule) == 0;
  const double parts = !written || whole ? 0 : std::min(granules, 2.0);
  return (granules + parts) * cost::gdram_granule / cost::gdram_bytes;
}

double copy_cycles(Space from, Space to, long offset, double size, double segments) {
  auto off_chip = [](Space space) { return space == Space::gdram || space == Space::ldram; };
  if (off_chip(from) || off_chip(to)) {
    const double between = segments > 1 ? cost::segment_start : 0;
    return cost::gdram_latency + segments * (between + gdram_cycles(offset, size, off_chip(to)));
  }
  const double rate = from == Space::sram || to == Space::sram ? cost::sram_bytes : cost::on_chip_bytes;
  return cost::on_chip_latency + segments * std::ceil(size / rate);
}

} // namespace

double Clock::all() const { return std::max({now, free[0], free[1], free[2]}); }

void begin_cost(const Call &call) {
  Clock *clock = clock_of_self();
  if (!clock) return;
  charge(*clock);
  at_work.name = call.name;
}

void cost_operand(const Operand &operand) {
  if (!at_work.name) return;
  at_work.bytes = std::max(at_work.bytes, double(operand.bytes));
  at_work.off_chip |= operand.spaces == in(Space::gdram);
}

void cost_vectors(double passes) { at_work.cycles = passes; }

void cost_products(double rows, double depth, double columns, int element_bytes, bool integers) {
  const double rate =
      integers ? (element_bytes == 1 ? cost::macs_int8 : cost::macs_int16) : (element_bytes == 2 ? cost::macs_half : cost::macs_float);
  const double padded = up_to(depth * element_bytes, cost::depth_bytes) / element_bytes;
  at_work.cycles = std::ceil(rows * padded * up_to(columns, cost::column_multiple) / rate);
}

void cost_copy(Queue queue, Space from, Space to, long offset, double size, double segments, bool async) {
  Clock *clock = clock_of_self();
  if (!clock) return;
  at_work = {};
  clock->now += cost::issue;
  run_in(*clock, queue, async ? clock->now : clock->all(), copy_cycles(from, to, offset, size, segments));
  if (!async) clock->now = clock->all();
}

void cost_scalar(Space space) {
  Clock *clock = clock_of_self();
  if (!clock) return;
  charge(*clock);
  const bool far = space == Space::gdram || space == Space::ldram;
  clock->now = std::max(clock->now, clock->free[int(Queue::compute)]) + (far ? cost::gdram_access : cost::nram_access);
}

void wait_for(bool io, bool move, bool compute) {
  Clock *clock = clock_of_self();
  if (!clock) return;
  charge(*clock);
  const bool wanted[3] = {io, move, compute};
  for (int q = 0; q < 3; q++)
    if (wanted[q]) clock->now = std::max(clock->now, clock->free[q]);
}

double finish_all() {
  wait_for(true, true, true);
  return self() ? self()->cycles.now : 0;
}

void wait_until(double moment) {
  if (Clock *clock = clock_of_self()) clock->now = std::max(clock->now, moment);
}

void meet(const std::vector<Clock *> &clocks) {
  double last = 0;
  for (Clock *clock : clocks) last = std::max(last, clock->all());
  for (Clock *clock : clocks) clock->now = last + cost::barrier;
}

JobCost cost_of(const std::vector<Clock *> &clocks) {
  JobCost cost;
  for (Clock *clock : clocks) {
    cost.longest = std::max(cost.longest, clock->all());
    cost.cores += clock->all();
    for (int q = 0; q < 3; q++) cost.busy[q] += clock->busy[q];
  }
  return cost;
}

void job_done(const JobCost &cost, unsigned places) {
  totals.core_cycles += cost.cores;
  for (int q = 0; q < 3; q++) totals.busy[q] += cost.busy[q];
  places_free.resize(std::max(1u, places));
  *std::min_element(places_free.begin(), places_free.end()) += cost.longest;
}

void launch_done() {
  if (!places_free.empty()) totals.cycles += *std::max_element(places_free.begin(), places_free.end());
  places_free.clear();
}

void clear_cycles() { totals = {}, places_free.clear(); }

} // namespace xpiler_sim

using namespace xpiler_sim;

extern "C" const char *xpiler_sim_cycles(void) {
  last_json = text("{\"total\": %.0f, \"cores\": %.0f, \"io\": %.0f, \"move\": %.0f, \"compute\": %.0f}", totals.cycles, totals.core_cycles,
                   totals.busy[int(Queue::io)], totals.busy[int(Queue::move)], totals.busy[int(Queue::compute)]);
  return last_json.c_str();
}

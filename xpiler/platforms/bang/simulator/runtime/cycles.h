// The cycle model: a clock for each core and for each of its queues, moved on by what the simulator executes.
//
// Builtins are issued one after another and run in their queue: compute, IO, or Move. A synchronous copy waits for everything before
// it and holds the core until it is done; an asynchronous one only takes its place in its queue, so that copies and computation
// overlap until a sync joins them. It is a model: its numbers are in cycle_constants.h, and scalar arithmetic between builtins is free.
#pragma once
#include <vector>

#include "memory.h"
#include "xpiler_sim/copy.h"

namespace xpiler_sim {

/// When a core may issue next, when each queue will be empty, and for how long each was busy. In cycles from the launch on.
struct Clock {
  double now = 0;
  double free[3] = {0, 0, 0}, busy[3] = {0, 0, 0};
  double all() const;
};

/// A builtin begins: the one before it is complete as to what it touches, and is charged.
void begin_cost(const Call &call);
/// An operand of the current builtin; the largest decides what a vector instruction costs.
void cost_operand(const Operand &operand);
/// What the current builtin does where operands do not say it: passes of the vector unit, or multiply-adds of the tensor unit.
void cost_vectors(double passes);
void cost_products(double rows, double depth, double columns, int element_bytes, bool integers);
/// A copy of `segments` times `size` bytes; `offset` is where the first lies in its off-chip array, and stands for all.
void cost_copy(Queue queue, Space from, Space to, long offset, double size, double segments, bool async);
void cost_scalar(Space space);

/// The core waits for queues, for all of them, or for a moment.
void wait_for(bool io, bool move, bool compute);
double finish_all();
void wait_until(double moment);
/// Cores have met, and go on together.
void meet(const std::vector<Clock *> &clocks);

/// What one job took: its longest core, the sum over cores, how long their queues were busy.
struct JobCost {
  double longest = 0, cores = 0, busy[3] = {0, 0, 0};
};
JobCost cost_of(const std::vector<Clock *> &clocks);
/// A job is done; jobs of a launch share the device's `places`.
void job_done(const JobCost &cost, unsigned places);
void launch_done();
void clear_cycles();

} // namespace xpiler_sim

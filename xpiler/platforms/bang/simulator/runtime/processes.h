// The rest of a large launch in several processes: each runs some of the jobs (tasks of a Block launch, unions) on a copy of
// device memory, and only where no job met another are the copies put together. Anything else is run again here, as if nothing
// had happened, so that results, findings and counts are those of one process.
#pragma once
#include <cstddef>
#include <ctime>
#include <functional>

#include "cycles.h"

namespace xpiler_sim {

/// What a job does next may depend on jobs that other processes run, or cannot be handed back: atomic operations on device
/// memory, locks, stores to variables of the file or to the host.
void note_communication();
/// Something new to report: findings read as one process makes them.
void note_finding();

/// Whether a launch is worth several processes, judged by how long its first jobs took.
class Spread {
public:
  explicit Spread(std::size_t jobs);
  /// Whether the jobs from `done` on are to be spread now; true at most once.
  bool worth(std::size_t done);

private:
  std::size_t jobs_;
  unsigned processes_;
  std::clock_t start_;
  bool asked_ = false;
};

/// Runs the job of this place in the order and says what it cost; false where the launch cannot go on.
using RunJob = std::function<bool(std::size_t place, JobCost &cost)>;

/// Runs the jobs from `first` to `jobs`; false, and nothing done, where they have to run here. `charge` gets their costs in order.
bool run_in_processes(std::size_t first, std::size_t jobs, const RunJob &run, const std::function<void(const JobCost &)> &charge);

} // namespace xpiler_sim

// What processes that run parts of a launch hand back, in memory that they share: the bytes of device memory with what was done to
// each, the counts, and what the jobs cost.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "counts.h"
#include "cycles.h"
#include "findings.h"

namespace xpiler_sim {

/// The jobs still to be run, for all processes.
struct SharedQueue {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> given_up{false};
};

/// What one process hands back. Its bytes and marks lie behind it, object after object.
struct SharedPart {
  SharedQueue *queue;
  JobCost *costs; // of all jobs of the launch; each process fills in its own
  std::size_t bytes;
  bool complete;
  Tally tally;
  Repetitions repetitions;

  unsigned char *values() { return reinterpret_cast<unsigned char *>(this + 1); }
  unsigned char *marks() { return values() + bytes; }
  /// Fills it in with what happened to device memory since stamp `since`; false where it cannot be told.
  bool publish(std::uint32_t since);
};

/// Bits of a mark: what the process did to a byte, and whether it has been written at any time.
enum Mark : unsigned char { mark_written_here = 1, mark_read_here = 2, mark_written = 4 };

/// The parts of one launch.
class Parts {
public:
  Parts(unsigned count, std::size_t first, std::size_t jobs);
  ~Parts();
  Parts(const Parts &) = delete;
  Parts &operator=(const Parts &) = delete;
  bool ready() const { return !parts_.empty(); }
  const std::vector<SharedPart *> &each() const { return parts_; }
  const JobCost &cost(std::size_t job) const { return parts_[0]->costs[job]; }
  /// Makes device memory what the jobs made of it; false, and nothing done, where two processes met at a byte.
  bool put_together();

private:
  void *shared_ = nullptr;
  std::size_t shared_bytes_ = 0;
  std::vector<SharedPart *> parts_;
  Tally before_;
  Repetitions repetitions_before_;
};

} // namespace xpiler_sim

// The rest of a large grid in several processes: each runs some of the blocks on a copy of device memory, and only where
// no block met another are the copies put together. Anything else is run again here, as if nothing had happened.
#pragma once
#include <cstdint>
#include <ctime>
#include <vector>

namespace xpiler_simt {

/// What a block does next depends on blocks that other processes may run: atomic operations on device memory, polling.
void note_communication();
/// Something to report: findings read as one process makes them.
void note_finding();

/// Whether a grid is worth several processes, judged by how long its first blocks took.
class Spread {
public:
  explicit Spread(std::size_t blocks);
  /// Whether the blocks from `done` on are to be spread now; true at most once.
  bool worth(std::size_t done);

private:
  std::size_t blocks_;
  unsigned processes_;
  std::clock_t start_;
  bool asked_ = false;
};

/// Runs the blocks of `order` from `first` on; false where they have to run here.
bool run_in_processes(const std::vector<std::uint64_t> &order, std::size_t first);

} // namespace xpiler_simt

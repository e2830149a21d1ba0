// What processes that run parts of a grid hand back, in memory that they share: the bytes of device memory with what was
// done to each, and the counts.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "counts.h"

namespace xpiler_simt {

/// The blocks still to be run, for all processes.
struct SharedQueue {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> given_up{false};
};

/// What one process hands back. Its bytes and marks lie behind it, range after range.
struct SharedPart {
  SharedQueue *queue;
  std::size_t bytes;
  bool complete;
  Tally tally;

  unsigned char *values() { return reinterpret_cast<unsigned char *>(this + 1); }
  unsigned char *marks() { return values() + bytes; }
  /// Fills it in with what happened after time `since`; false where it cannot be told.
  bool publish(std::uint32_t since);
};

/// Bits of a mark: what the process did to a byte, and whether it has been written at any time.
enum Mark : unsigned char { mark_written_here = 1, mark_read_here = 2, mark_initialised = 4 };

/// The parts of one grid.
class Parts {
public:
  Parts(unsigned count, std::size_t first_block);
  ~Parts();
  Parts(const Parts &) = delete;
  Parts &operator=(const Parts &) = delete;
  bool ready() const { return !parts_.empty(); }
  const std::vector<SharedPart *> &each() const { return parts_; }
  /// Makes device memory what the blocks made of it; false, and nothing done, where two processes met at a byte.
  bool put_together();

private:
  void *shared_ = nullptr;
  std::size_t shared_bytes_ = 0;
  SharedQueue *queue_ = nullptr;
  std::vector<SharedPart *> parts_;
  Tally before_;
};

/// Variables of the user's file that are not device memory; code of a kernel that changes them needs one process.
std::vector<char> user_data();

} // namespace xpiler_simt

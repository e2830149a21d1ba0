// What is remembered of every byte of shared memory: who wrote and read it last, and when.
#pragma once
#include <cstdint>

#include "machine.h"

namespace xpiler_simt {

constexpr std::uint16_t several_threads = 0xffff, several_warps = 0xfffe, async_copying = 0xfffd;
constexpr std::uint32_t never = 0xffffffff;  // the time of what no barrier orders

/// An access of the past. `thread` is a linear index, or one of the two names above for readers.
struct Access {
  std::uint32_t time = 0;
  std::uint16_t thread = 0, warp = 0;
};

struct ByteShadow {
  Access written, read;
};

/// Whether everything `access` did is ordered before what thread `t` does now: a barrier of the
/// block since then, or one of the warp that both took part in.
inline bool ordered_before(const Access &access, const Thread &t) {
  if (access.time < block.barrier_time) return true;
  if (access.thread == t.linear) return true;
  if (access.thread == several_warps || access.thread == async_copying || access.warp != t.linear / warp_width) return false;
  bool both_synced = access.thread == several_threads || block.threads[access.thread].warp_sync_time > access.time ||
                     block.threads[access.thread].state == State::finished;
  return both_synced && t.warp_sync_time > access.time;
}

/// Adds a read by `t` to the readers since the last barrier.
inline void add_reader(Access &readers, const Thread &t) {
  std::uint16_t warp = std::uint16_t(t.linear / warp_width);
  if (readers.time < block.barrier_time || readers.thread == t.linear) {
    readers = {now, std::uint16_t(t.linear), warp};
  } else {
    readers.thread = readers.warp == warp && readers.thread != several_warps ? several_threads : several_warps;
    readers.time = now;
  }
}

}  // namespace xpiler_simt

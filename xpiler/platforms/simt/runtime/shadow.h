// What is remembered of every byte of memory that threads share: who wrote and read it last, and when.
#pragma once
#include <cstddef>
#include <cstdint>

#include "machine.h"

namespace xpiler_simt {

constexpr std::uint16_t several_threads = 0xffff, several_warps = 0xfffe, async_copying = 0xfffd;
constexpr std::uint32_t never = 0xffffffff; // the time of what no barrier orders

/// An access of the past. `thread` is a linear index, or one of the names above. Time tells the
/// block and the launch too, as they run one after the other.
struct Access {
  std::uint32_t time = 0;
  std::uint16_t thread = 0;
  std::uint8_t warp = 0;
  bool atomic = false;
};

struct ByteShadow {
  Access written, read;
};

/// A shadow in which one entry stands for the four bytes of a word until something accesses a part of it.
struct WordShadow {
  ByteShadow *units = nullptr;
  unsigned char *split = nullptr; // of each word: whether its bytes have entries of their own

  void divide(std::size_t offset) {
    std::size_t word = offset / 4;
    if (split[word]) return;
    split[word] = 1;
    for (int i = 1; i < 4; ++i) units[word * 4 + i] = units[word * 4];
  }

  /// Calls `check(offset, bytes)` for each entry of an access.
  template <class Check>
  void each(std::size_t offset, std::size_t bytes, Check check) {
    for (std::size_t at = offset, end = offset + bytes; at < end;) {
      bool whole = at % 4 == 0 && end - at >= 4 && !split[at / 4];
      if (!whole) divide(at);
      check(at, whole ? 4 : 1);
      at += whole ? 4 : 1;
    }
  }
};

inline Access access_now(const Thread &t, bool atomic) {
  return {now, std::uint16_t(t.linear), std::uint8_t(t.linear / warp_width), atomic};
}

/// Whether an access of this block is ordered before what thread `t` does now: a barrier of the
/// block since then, one of the warp that both took part in, or an atomic operation seen by `t`.
inline bool ordered_in_block(const Access &access, const Thread &t) {
  if (access.time < block.barrier_time || access.time < t.acquired_time) return true;
  if (access.thread == t.linear) return true;
  if (access.thread == several_warps || access.thread == async_copying || access.warp != t.linear / warp_width) return false;
  bool both_synced = access.thread == several_threads || block.threads[access.thread].warp_sync_time > access.time ||
                     block.threads[access.thread].state == State::finished;
  return both_synced && t.warp_sync_time > access.time;
}

/// The same for any access. Shared memory (`of_block`) begins anew with each block; device memory
/// does not: blocks of one launch are not ordered, unless this one has seen an atomic operation of
/// an earlier one; launches are.
inline bool ordered_before(const Access &access, const Thread &t, bool of_block) {
  if (access.time < block.launch_time) return true;
  if (access.time < block.start_time) return of_block || block.acquired;
  return ordered_in_block(access, t);
}

/// Adds a read by `t` to the readers that nothing orders before it.
inline void add_reader(Access &readers, const Thread &t, bool of_block) {
  Access mine = access_now(t, false);
  if (ordered_before(readers, t, of_block)) {
    readers = mine;
  } else {
    readers.thread = readers.warp == mine.warp && readers.thread != several_warps ? several_threads : several_warps;
    readers.time = now;
  }
}

/// An atomic operation on a location that another thread updated atomically orders what that one
/// did before, and so does polling (`looks`) where the other wrote a flag; time goes on, so that what it does afterwards
/// is told apart.
inline void meet_atomic(const Access &written, Thread &t, bool looks) {
  const bool sees = written.atomic || looks;
  if (sees && written.time >= block.start_time) t.acquired_time = written.time > t.acquired_time ? written.time : t.acquired_time;
  if (sees && written.time >= block.launch_time && written.time < block.start_time) block.acquired = true;
  ++now;
}

} // namespace xpiler_simt

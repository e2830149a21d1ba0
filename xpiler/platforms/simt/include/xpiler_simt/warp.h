// Warp-wide operations: shuffles, votes, match, reduce. Each is one `warp_collective` whose work
// reads the lanes' payloads; the rules for odd operands are those measured on hardware.
#pragma once
#include <cstring>

#include "execution.h"

namespace xpiler_simt {

struct ShufflePayload {
  std::uint64_t value;
  int source; // lane to read
  std::uint64_t result;
  bool missing;
};

XPILER_SIMT_UNWATCHED inline void shuffle_work(void *const *payloads, lane_mask arrived) {
  for (unsigned lane = 0; lane < warp_width; ++lane) {
    if (!(arrived >> lane & 1)) continue;
    auto *mine = static_cast<ShufflePayload *>(payloads[lane]);
    mine->missing = !(arrived >> mine->source & 1);
    mine->result = mine->missing ? 0 : static_cast<ShufflePayload *>(payloads[mine->source])->value;
  }
}

XPILER_SIMT_INLINE std::uint64_t shuffle_word(lane_mask mask, std::uint64_t value, int source) {
  ShufflePayload payload{value, source, 0, false};
  warp_collective(mask, shuffle_work, &payload, "shuffle");
  if (payload.missing) report("inactive-lane", "a shuffle reads a lane that does not take part in it");
  return payload.result;
}

template <class T>
XPILER_SIMT_INLINE T shuffle_value(lane_mask mask, T value, int source) {
  std::uint64_t words[(sizeof(T) + 7) / 8] = {};
  std::memcpy(words, &value, sizeof(T));
  for (auto &word : words) word = shuffle_word(mask, word, source);
  std::memcpy(&value, words, sizeof(T));
  return value;
}

inline void check_width(int width) {
  if (width <= 0 || width > int(warp_width) || (width & (width - 1)))
    report("shuffle-width", "the width of a shuffle is not a power of two");
}

// Source lanes. `steps_wrap`: CUDA takes the distance of up and down modulo 32, HIP does not.
constexpr bool steps_wrap = warp_width == 32;

inline int source_of_index(int index, int width) {
  int lane = lane_id();
  return (lane & ~(width - 1)) + (index & (width - 1));
}
inline int source_of_up(unsigned delta, int width, bool wraps) {
  int lane = lane_id(), segment = lane & ~(width - 1);
  long long source = static_cast<long long>(lane) - (wraps ? delta & 31 : delta);
  return source < segment ? lane : int(source);
}
inline int source_of_down(unsigned delta, int width, bool wraps) {
  int lane = lane_id();
  long long inside = static_cast<long long>(lane & (width - 1)) + (wraps ? delta & 31 : delta);
  return inside >= width ? lane : (lane & ~(width - 1)) + int(inside);
}
inline int source_of_xor(int bits, int width, bool wraps) {
  int lane = lane_id(), source = lane ^ (wraps ? bits & 31 : bits);
  return source >= (lane & ~(width - 1)) + width || source < 0 || source >= int(warp_width) ? lane : source;
}

// --- votes -----------------------------------------------------------------------------------

struct VotePayload {
  bool predicate;
  lane_mask ballot, arrived;
};

XPILER_SIMT_UNWATCHED inline void vote_work(void *const *payloads, lane_mask arrived) {
  lane_mask ballot = 0;
  for (unsigned lane = 0; lane < warp_width; ++lane)
    if (arrived >> lane & 1 && static_cast<VotePayload *>(payloads[lane])->predicate) ballot |= lane_mask(1) << lane;
  for (unsigned lane = 0; lane < warp_width; ++lane)
    if (arrived >> lane & 1) {
      auto *mine = static_cast<VotePayload *>(payloads[lane]);
      mine->ballot = ballot;
      mine->arrived = arrived;
    }
}

XPILER_SIMT_INLINE VotePayload vote(lane_mask mask, bool predicate) {
  VotePayload payload{predicate, 0, 0};
  warp_collective(mask, vote_work, &payload, "vote");
  return payload;
}

XPILER_SIMT_INLINE void warp_barrier(lane_mask mask) {
  VotePayload payload{false, 0, 0};
  warp_collective(mask, vote_work, &payload, "warp barrier", true);
}

// --- match and reduce ------------------------------------------------------------------------

struct MatchPayload {
  std::uint64_t value;
  lane_mask same, arrived;
};

XPILER_SIMT_UNWATCHED inline void match_work(void *const *payloads, lane_mask arrived) {
  for (unsigned lane = 0; lane < warp_width; ++lane) {
    if (!(arrived >> lane & 1)) continue;
    auto *mine = static_cast<MatchPayload *>(payloads[lane]);
    mine->same = 0;
    mine->arrived = arrived;
    for (unsigned other = 0; other < warp_width; ++other)
      if (arrived >> other & 1 && static_cast<MatchPayload *>(payloads[other])->value == mine->value) mine->same |= lane_mask(1) << other;
  }
}

template <class T>
XPILER_SIMT_INLINE MatchPayload match(lane_mask mask, T value) {
  static_assert(sizeof(T) <= 8, "match compares at most eight bytes");
  MatchPayload payload{0, 0, 0};
  std::memcpy(&payload.value, &value, sizeof(T));
  warp_collective(mask, match_work, &payload, "match");
  return payload;
}

template <class T>
struct ReducePayload {
  T value, result;
};

template <class T, class Combine>
XPILER_SIMT_UNWATCHED void reduce_work(void *const *payloads, lane_mask arrived) {
  bool first = true;
  T total{};
  for (unsigned lane = 0; lane < warp_width; ++lane) {
    if (!(arrived >> lane & 1)) continue;
    T value = static_cast<ReducePayload<T> *>(payloads[lane])->value;
    total = first ? value : Combine{}(total, value);
    first = false;
  }
  for (unsigned lane = 0; lane < warp_width; ++lane)
    if (arrived >> lane & 1) static_cast<ReducePayload<T> *>(payloads[lane])->result = total;
}

template <class Combine, class T>
XPILER_SIMT_INLINE T warp_reduce(lane_mask mask, T value) {
  ReducePayload<T> payload{value, value};
  warp_collective(mask, reduce_work<T, Combine>, &payload, "warp reduction");
  return payload.result;
}

} // namespace xpiler_simt

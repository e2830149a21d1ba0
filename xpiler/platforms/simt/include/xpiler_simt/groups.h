// Cooperative groups: the block, tiles of a warp, the lanes that are converged, and their collectives.
#pragma once
#include "block.h"
#include "warp.h"

namespace cooperative_groups {

using xpiler_simt::lane_mask;
/// CUDA's masks have 32 bits, HIP's 64.
using group_mask = std::conditional_t<XPILER_SIMT_WARP == 64, unsigned long long, unsigned>;

// --- the block and the grid ------------------------------------------------------------------

struct thread_block {
  XPILER_SIMT_INLINE void sync() const { __syncthreads(); }
  XPILER_SIMT_INLINE unsigned thread_rank() const { return threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z); }
  XPILER_SIMT_INLINE unsigned size() const { return blockDim.x * blockDim.y * blockDim.z; }
  XPILER_SIMT_INLINE unsigned num_threads() const { return size(); }
  XPILER_SIMT_INLINE dim3 group_index() const { return blockIdx; }
  XPILER_SIMT_INLINE dim3 thread_index() const { return threadIdx; }
  XPILER_SIMT_INLINE dim3 group_dim() const { return blockDim; }
  XPILER_SIMT_INLINE dim3 dim_threads() const { return blockDim; }
};
XPILER_SIMT_INLINE thread_block this_thread_block() { return {}; }

struct grid_group {
  XPILER_SIMT_INLINE bool is_valid() const { return xpiler_simt::cooperative_launch(); }
  XPILER_SIMT_INLINE void sync() const { xpiler_simt::grid_barrier(); }
  XPILER_SIMT_INLINE dim3 group_dim() const { return gridDim; }
  XPILER_SIMT_INLINE dim3 dim_blocks() const { return gridDim; }
  XPILER_SIMT_INLINE dim3 block_index() const { return blockIdx; }
  XPILER_SIMT_INLINE unsigned long long block_rank() const {
    return blockIdx.x + (unsigned long long)gridDim.x * (blockIdx.y + (unsigned long long)gridDim.y * blockIdx.z);
  }
  XPILER_SIMT_INLINE unsigned long long num_blocks() const { return (unsigned long long)gridDim.x * gridDim.y * gridDim.z; }
  XPILER_SIMT_INLINE unsigned long long thread_rank() const {
    return block_rank() * this_thread_block().size() + this_thread_block().thread_rank();
  }
  XPILER_SIMT_INLINE unsigned long long size() const { return num_blocks() * this_thread_block().size(); }
  XPILER_SIMT_INLINE unsigned long long num_threads() const { return size(); }
};
XPILER_SIMT_INLINE grid_group this_grid() { return {}; }

// --- groups of lanes -------------------------------------------------------------------------

/// Lanes of one warp; ranks count the set bits of the mask from below.
class lane_group {
public:
  XPILER_SIMT_INLINE explicit lane_group(lane_mask lanes) : lanes(lanes) {}
  XPILER_SIMT_INLINE void sync() const { xpiler_simt::warp_barrier(lanes); }
  XPILER_SIMT_INLINE unsigned size() const { return unsigned(__builtin_popcountll(lanes)); }
  XPILER_SIMT_INLINE unsigned num_threads() const { return size(); }
  XPILER_SIMT_INLINE unsigned thread_rank() const { return rank_of(xpiler_simt::lane_id()); }
  XPILER_SIMT_INLINE lane_mask mask() const { return lanes; }

  template <class T>
  XPILER_SIMT_INLINE T shfl(T value, int rank) const {
    return xpiler_simt::shuffle_value(lanes, value, lane_of(rank));
  }
  template <class T>
  XPILER_SIMT_INLINE T shfl_up(T value, unsigned delta) const {
    unsigned rank = thread_rank();
    return xpiler_simt::shuffle_value(lanes, value, lane_of(rank < delta ? rank : rank - delta));
  }
  template <class T>
  XPILER_SIMT_INLINE T shfl_down(T value, unsigned delta) const {
    unsigned rank = thread_rank();
    return xpiler_simt::shuffle_value(lanes, value, lane_of(rank + delta < size() ? rank + delta : rank));
  }
  template <class T>
  XPILER_SIMT_INLINE T shfl_xor(T value, unsigned bits) const {
    unsigned rank = thread_rank();
    return xpiler_simt::shuffle_value(lanes, value, lane_of((rank ^ bits) < size() ? rank ^ bits : rank));
  }
  XPILER_SIMT_INLINE int any(int predicate) const { return xpiler_simt::vote(lanes, predicate).ballot != 0; }
  XPILER_SIMT_INLINE int all(int predicate) const {
    auto votes = xpiler_simt::vote(lanes, predicate);
    return votes.ballot == votes.arrived;
  }
  XPILER_SIMT_INLINE group_mask ballot(int predicate) const { return packed(xpiler_simt::vote(lanes, predicate).ballot); }
  template <class T>
  XPILER_SIMT_INLINE group_mask match_any(T value) const {
    return packed(xpiler_simt::match(lanes, value).same);
  }
  template <class T>
  XPILER_SIMT_INLINE group_mask match_all(T value, int &all_equal) const {
    auto matched = xpiler_simt::match(lanes, value);
    all_equal = matched.same == matched.arrived;
    return all_equal ? packed(matched.same) : 0;
  }

protected:
  lane_mask lanes;

  XPILER_SIMT_INLINE unsigned rank_of(unsigned lane) const { return unsigned(__builtin_popcountll(lanes & ((lane_mask(1) << lane) - 1))); }
  int lane_of(int rank) const {
    rank = int(unsigned(rank) % size());
    for (unsigned lane = 0; lane < xpiler_simt::warp_width; ++lane)
      if (lanes >> lane & 1 && rank-- == 0) return int(lane);
    return int(xpiler_simt::lane_id());
  }
  /// Bits of lanes as bits of ranks.
  group_mask packed(lane_mask bits) const {
    group_mask result = 0;
    for (unsigned lane = 0; lane < xpiler_simt::warp_width; ++lane)
      if (lanes >> lane & bits >> lane & 1) result |= group_mask(1) << rank_of(lane);
    return result;
  }
};

class coalesced_group : public lane_group {
public:
  using lane_group::lane_group;
  XPILER_SIMT_INLINE unsigned meta_group_size() const { return 1; }
  XPILER_SIMT_INLINE unsigned meta_group_rank() const { return 0; }
};
XPILER_SIMT_INLINE coalesced_group coalesced_threads() { return coalesced_group(xpiler_simt::vote(0, true).arrived); }

inline lane_mask tile_lanes(unsigned size) {
  lane_mask one = size >= 64 ? ~lane_mask(0) : (lane_mask(1) << size) - 1;
  return one << (xpiler_simt::lane_id() & ~(size - 1));
}

template <unsigned Size, class Parent = void>
class thread_block_tile : public lane_group {
public:
  static_assert(Size && (Size & (Size - 1)) == 0 && Size <= xpiler_simt::warp_width, "a tile has a power of two lanes of one warp");
  XPILER_SIMT_INLINE thread_block_tile() : lane_group(tile_lanes(Size)) {}
  /// A tile knows its parent only in its type, and may forget it.
  template <class Other>
  XPILER_SIMT_INLINE thread_block_tile(const thread_block_tile<Size, Other> &) : thread_block_tile() {}
  static constexpr unsigned size() { return Size; }
  static constexpr unsigned num_threads() { return Size; }
  XPILER_SIMT_INLINE unsigned thread_rank() const { return xpiler_simt::lane_id() & (Size - 1); }
  XPILER_SIMT_INLINE unsigned meta_group_size() const {
    if constexpr (of_tile) return Parent::size() / Size;
    else return (this_thread_block().size() + Size - 1) / Size;
  }
  XPILER_SIMT_INLINE unsigned meta_group_rank() const {
    if constexpr (of_tile) return (xpiler_simt::lane_id() & (Parent::size() - 1)) / Size;
    else return this_thread_block().thread_rank() / Size;
  }

private:
  static constexpr bool of_tile = std::is_base_of_v<lane_group, Parent>;
};

template <unsigned Size, class Parent>
XPILER_SIMT_INLINE thread_block_tile<Size, Parent> tiled_partition(const Parent &) {
  return {};
}
template <class Parent>
XPILER_SIMT_INLINE coalesced_group tiled_partition(const Parent &, unsigned size) {
  return coalesced_group(tile_lanes(size));
}
template <class Parent>
XPILER_SIMT_INLINE coalesced_group labeled_partition(const Parent &parent, int label) {
  return coalesced_group(xpiler_simt::match(parent.mask(), label).same);
}
template <class Parent>
XPILER_SIMT_INLINE coalesced_group binary_partition(const Parent &parent, bool predicate) {
  return labeled_partition(parent, predicate);
}
using thread_group = lane_group;
/// One thread by itself.
struct thread_itself {
  XPILER_SIMT_INLINE void sync() const {}
  static constexpr unsigned size() { return 1; }
  static constexpr unsigned num_threads() { return 1; }
  static constexpr unsigned thread_rank() { return 0; }
};
XPILER_SIMT_INLINE thread_itself this_thread() { return {}; }
template <class Group>
XPILER_SIMT_INLINE auto thread_rank(const Group &group) {
  return group.thread_rank();
}
template <class Group>
XPILER_SIMT_INLINE auto group_size(const Group &group) {
  return group.size();
}
template <class Group>
XPILER_SIMT_INLINE void sync(const Group &group) {
  group.sync();
}

// --- reductions and scans of a group of lanes ------------------------------------------------

template <class T>
struct plus {
  T operator()(T a, T b) const { return a + b; }
};
template <class T>
struct less {
  T operator()(T a, T b) const { return b < a ? b : a; }
};
template <class T>
struct greater {
  T operator()(T a, T b) const { return a < b ? b : a; }
};
template <class T>
struct bit_and {
  T operator()(T a, T b) const { return a & b; }
};
template <class T>
struct bit_or {
  T operator()(T a, T b) const { return a | b; }
};
template <class T>
struct bit_xor {
  T operator()(T a, T b) const { return a ^ b; }
};

/// In the order of the hardware's butterfly, so that float sums come out alike in every lane.
template <class Group, class T, class Combine>
XPILER_SIMT_INLINE T reduce(const Group &group, T value, Combine combine) {
  unsigned size = group.size();
  if ((size & (size - 1)) == 0) {
    for (unsigned step = size / 2; step > 0; step /= 2) value = combine(value, group.shfl_xor(value, step));
    return value;
  }
  T total = group.shfl(value, 0);
  for (unsigned rank = 1; rank < size; ++rank) total = combine(total, group.shfl(value, int(rank)));
  return total;
}
template <class Group, class T, class Combine>
XPILER_SIMT_INLINE T inclusive_scan(const Group &group, T value, Combine combine) {
  for (unsigned step = 1; step < group.size(); step *= 2) {
    T below = group.shfl_up(value, step);
    if (group.thread_rank() >= step) value = combine(below, value);
  }
  return value;
}
template <class Group, class T>
XPILER_SIMT_INLINE T inclusive_scan(const Group &group, T value) {
  return inclusive_scan(group, value, plus<T>());
}
template <class Group, class T, class Combine>
XPILER_SIMT_INLINE T exclusive_scan(const Group &group, T value, Combine combine) {
  T below = group.shfl_up(inclusive_scan(group, value, combine), 1);
  return group.thread_rank() == 0 ? T{} : below;
}
template <class Group, class T>
XPILER_SIMT_INLINE T exclusive_scan(const Group &group, T value) {
  return exclusive_scan(group, value, plus<T>());
}

} // namespace cooperative_groups

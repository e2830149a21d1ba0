// Cooperative groups of a block as the front end reads them: tiles of lanes in terms of shuffles and votes, which are read in place.
// The platform's header is read before; a lane of a tile of N is the thread's number in the block modulo N.
#pragma once
#pragma clang force_cuda_host_device begin
namespace cooperative_groups {
struct thread_block {
  void sync() const;
  unsigned thread_rank() const;
  unsigned size() const;
  unsigned num_threads() const;
  dim3 group_index() const { return dim3(blockIdx.x, blockIdx.y, blockIdx.z); }
  dim3 thread_index() const { return dim3(threadIdx.x, threadIdx.y, threadIdx.z); }
  dim3 group_dim() const { return dim3(blockDim.x, blockDim.y, blockDim.z); }
  dim3 dim_threads() const { return group_dim(); }
};
thread_block this_thread_block();
inline void sync(const thread_block &block) { block.sync(); }

struct grid_group {
  dim3 group_dim() const { return dim3(gridDim.x, gridDim.y, gridDim.z); }
  dim3 dim_blocks() const { return group_dim(); }
  dim3 block_index() const { return dim3(blockIdx.x, blockIdx.y, blockIdx.z); }
  unsigned long long thread_rank() const {
    unsigned long long blocks = (blockIdx.z * gridDim.y + blockIdx.y) * (unsigned long long)gridDim.x + blockIdx.x;
    return blocks * this_thread_block().size() + this_thread_block().thread_rank();
  }
  unsigned long long size() const { return (unsigned long long)gridDim.x * gridDim.y * gridDim.z * this_thread_block().size(); }
  unsigned long long num_threads() const { return size(); }
};
inline grid_group this_grid() { return grid_group(); }

template <unsigned N>
struct lane_tile {
  void sync() const { __syncwarp(); }
  unsigned thread_rank() const { return this_thread_block().thread_rank() % N; }
  unsigned size() const { return N; }
  unsigned num_threads() const { return N; }
  unsigned meta_group_rank() const { return this_thread_block().thread_rank() / N; }
  unsigned meta_group_size() const { return (this_thread_block().size() + N - 1) / N; }
  template <class T>
  T shfl(T value, int lane) const { return __shfl(value, lane, N); }
  template <class T>
  T shfl_down(T value, unsigned by) const { return __shfl_down(value, by, N); }
  template <class T>
  T shfl_up(T value, unsigned by) const { return __shfl_up(value, by, N); }
  template <class T>
  T shfl_xor(T value, int by) const { return __shfl_xor(value, by, N); }
  int any(int predicate) const {
    int found = predicate != 0;
    for (unsigned by = N / 2; by > 0; by /= 2) found |= shfl_xor(found, by);
    return found;
  }
  int all(int predicate) const { return !any(!predicate); }
  unsigned ballot(int predicate) const {
    unsigned found = predicate ? 1u << thread_rank() : 0;
    for (unsigned by = N / 2; by > 0; by /= 2) found |= shfl_xor(found, by);
    return found;
  }
};
template <unsigned N, class Parent = void>
using thread_block_tile = lane_tile<N>; // whose part it is changes nothing
template <unsigned N, class Group>
lane_tile<N> tiled_partition(const Group &) { return lane_tile<N>(); }
template <unsigned N>
void sync(const lane_tile<N> &) { __syncwarp(); }

template <class T = void> struct plus { T operator()(T a, T b) const { return a + b; } };
template <class T = void> struct less { T operator()(T a, T b) const { return b < a ? b : a; } };
template <class T = void> struct greater { T operator()(T a, T b) const { return a < b ? b : a; } };
template <class T = void> struct bit_and { T operator()(T a, T b) const { return a & b; } };
template <class T = void> struct bit_or { T operator()(T a, T b) const { return a | b; } };
template <class T = void> struct bit_xor { T operator()(T a, T b) const { return a ^ b; } };

template <unsigned N, class T, class Op>
T reduce(const lane_tile<N> &tile, T value, Op op) {
  for (unsigned by = N / 2; by > 0; by /= 2) value = op(value, tile.shfl_xor(value, by));
  return value;
}
template <unsigned N, class T, class Op>
T inclusive_scan(const lane_tile<N> &tile, T value, Op op) {
  for (unsigned by = 1; by < N; by *= 2) {
    T before = tile.shfl_up(value, by);
    if (tile.thread_rank() >= by) value = op(before, value);
  }
  return value;
}
template <unsigned N, class T>
T inclusive_scan(const lane_tile<N> &tile, T value) { return inclusive_scan(tile, value, plus<T>()); }
template <unsigned N, class T>
T exclusive_scan(const lane_tile<N> &tile, T value) {
  T before = tile.shfl_up(inclusive_scan(tile, value, plus<T>()), 1);
  return tile.thread_rank() == 0 ? T(0) : before;
}
} // namespace cooperative_groups
#pragma clang force_cuda_host_device end

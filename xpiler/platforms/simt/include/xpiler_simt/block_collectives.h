// Reductions and scans of a block and of a warp under the names of the vendors' block libraries. The front end reads this text like any
// other device code, and the simulator compiles it. Before it is included, BLOCK_LIBRARY names the namespace, LANES the threads of a warp,
// and LANE_DOWN and LANE_UP the shuffles by a distance.
//
// As in the libraries, a reduction's result is thread 0's (lane 0's) alone, and storage that is used again needs a barrier before.

namespace BLOCK_LIBRARY {

enum BlockReduceAlgorithm { BLOCK_REDUCE_RAKING_COMMUTATIVE_ONLY, BLOCK_REDUCE_RAKING, BLOCK_REDUCE_WARP_REDUCTIONS };
enum BlockScanAlgorithm { BLOCK_SCAN_RAKING, BLOCK_SCAN_RAKING_MEMOIZE, BLOCK_SCAN_WARP_SCANS };

struct Sum {
  template <typename T>
  __device__ __forceinline__ T operator()(const T &a, const T &b) const {
    return a + b;
  }
};

struct Max {
  template <typename T>
  __device__ __forceinline__ T operator()(const T &a, const T &b) const {
    return a < b ? b : a;
  }
};

struct Min {
  template <typename T>
  __device__ __forceinline__ T operator()(const T &a, const T &b) const {
    return b < a ? b : a;
  }
};

template <typename K, typename V>
struct KeyValuePair {
  K key;
  V value;
};

struct ArgMax {
  template <typename K, typename V>
  __device__ __forceinline__ KeyValuePair<K, V> operator()(const KeyValuePair<K, V> &a, const KeyValuePair<K, V> &b) const {
    return b.value > a.value || (b.value == a.value && b.key < a.key) ? b : a;
  }
};

struct ArgMin {
  template <typename K, typename V>
  __device__ __forceinline__ KeyValuePair<K, V> operator()(const KeyValuePair<K, V> &a, const KeyValuePair<K, V> &b) const {
    return b.value < a.value || (b.value == a.value && b.key < a.key) ? b : a;
  }
};

// Shuffles of what is more than one number, part by part.
template <typename T>
__device__ __forceinline__ T lane_down(T value, int distance, int width) {
  return LANE_DOWN(value, distance, width);
}
template <typename K, typename V>
__device__ __forceinline__ KeyValuePair<K, V> lane_down(KeyValuePair<K, V> pair, int distance, int width) {
  return KeyValuePair<K, V>{lane_down(pair.key, distance, width), lane_down(pair.value, distance, width)};
}
__device__ __forceinline__ float2 lane_down(float2 pair, int distance, int width) {
  return make_float2(lane_down(pair.x, distance, width), lane_down(pair.y, distance, width));
}

// WIDTH neighbouring lanes; lane 0 of them has the result.
template <typename T, int WIDTH = LANES>
struct WarpReduce {
  struct TempStorage {
    int unused;
  };

  __device__ __forceinline__ WarpReduce(TempStorage &) {}

  template <typename Op>
  __device__ __forceinline__ T Reduce(T value, Op op) {
    for (int offset = WIDTH / 2; offset > 0; offset /= 2) value = op(value, lane_down(value, offset, WIDTH));
    return value;
  }

  // Of the first `valid` lanes.
  template <typename Op>
  __device__ __forceinline__ T Reduce(T value, Op op, int valid) {
    int lane = threadIdx.x % WIDTH;
    for (int offset = WIDTH / 2; offset > 0; offset /= 2) {
      T other = lane_down(value, offset, WIDTH);
      if (lane + offset < valid) value = op(value, other);
    }
    return value;
  }

  __device__ __forceinline__ T Sum(T value) { return Reduce(value, BLOCK_LIBRARY::Sum()); }
  __device__ __forceinline__ T Sum(T value, int valid) { return Reduce(value, BLOCK_LIBRARY::Sum(), valid); }
};

template <int X, int Y, int Z>
__device__ __forceinline__ int thread_of_block() {
  if (Y == 1 && Z == 1) return threadIdx.x;
  return threadIdx.x + X * (threadIdx.y + Y * threadIdx.z);
}

template <typename T, int X, BlockReduceAlgorithm ALGORITHM = BLOCK_REDUCE_WARP_REDUCTIONS, int Y = 1, int Z = 1, int ARCH = 0>
struct BlockReduce {
  static constexpr int THREADS = X * Y * Z, WARPS = (THREADS + LANES - 1) / LANES;

  struct TempStorage {
    T partial[WARPS];
  };

  T *partial;

  __device__ __forceinline__ BlockReduce(TempStorage &storage) : partial(storage.partial) {}

  template <typename Op>
  __device__ __forceinline__ T Reduce(T value, Op op) {
    int thread = thread_of_block<X, Y, Z>(), lane = thread % LANES;
    for (int offset = LANES / 2; offset > 0; offset /= 2) {
      T other = lane_down(value, offset, LANES);
      if (THREADS % LANES == 0 || thread + offset < THREADS) value = op(value, other);
    }
    if (lane == 0) partial[thread / LANES] = value;
    __syncthreads();
    if (thread == 0)
      for (int w = 1; w < WARPS; ++w) value = op(value, partial[w]);
    return value;
  }

  // Of the first `valid` threads.
  template <typename Op>
  __device__ __forceinline__ T Reduce(T value, Op op, int valid) {
    int thread = thread_of_block<X, Y, Z>(), lane = thread % LANES;
    for (int offset = LANES / 2; offset > 0; offset /= 2) {
      T other = lane_down(value, offset, LANES);
      if (lane + offset < LANES && thread + offset < valid) value = op(value, other);
    }
    if (lane == 0) partial[thread / LANES] = value;
    __syncthreads();
    if (thread == 0)
      for (int w = 1; w < WARPS; ++w)
        if (w * LANES < valid) value = op(value, partial[w]);
    return value;
  }

  template <int ITEMS, typename Op>
  __device__ __forceinline__ T Reduce(T (&values)[ITEMS], Op op) {
    T value = values[0];
    for (int i = 1; i < ITEMS; ++i) value = op(value, values[i]);
    return Reduce(value, op);
  }

  __device__ __forceinline__ T Sum(T value) { return Reduce(value, BLOCK_LIBRARY::Sum()); }
  __device__ __forceinline__ T Sum(T value, int valid) { return Reduce(value, BLOCK_LIBRARY::Sum(), valid); }
  template <int ITEMS>
  __device__ __forceinline__ T Sum(T (&values)[ITEMS]) {
    return Reduce(values, BLOCK_LIBRARY::Sum());
  }
};

template <typename T, int X, BlockScanAlgorithm ALGORITHM = BLOCK_SCAN_RAKING, int Y = 1, int Z = 1, int ARCH = 0>
struct BlockScan {
  static constexpr int THREADS = X * Y * Z, WARPS = (THREADS + LANES - 1) / LANES;

  struct TempStorage {
    T totals[WARPS];
  };

  T *totals;

  __device__ __forceinline__ BlockScan(TempStorage &storage) : totals(storage.totals) {}

  template <typename Op>
  __device__ __forceinline__ void InclusiveScan(T value, T &result, Op op, T &total) {
    int warp = thread_of_block<X, Y, Z>() / LANES;
    value = within_warps(value, op);
    total = totals[0];
    for (int w = 1; w < WARPS; ++w) {
      if (warp == w) value = op(total, value);
      total = op(total, totals[w]);
    }
    result = value;
  }

  template <typename Op>
  __device__ __forceinline__ void ExclusiveScan(T value, T &result, T initial, Op op, T &total) {
    int thread = thread_of_block<X, Y, Z>(), lane = thread % LANES, warp = thread / LANES;
    T before = LANE_UP(within_warps(value, op), 1), prefix = initial;
    total = totals[0];
    for (int w = 0; w < WARPS; ++w) {
      if (w < warp) prefix = op(prefix, totals[w]);
      if (w > 0) total = op(total, totals[w]);
    }
    result = lane == 0 ? prefix : op(prefix, before);
  }

  template <typename Op>
  __device__ __forceinline__ void InclusiveScan(T value, T &result, Op op) {
    T total;
    InclusiveScan(value, result, op, total);
  }
  template <typename Op>
  __device__ __forceinline__ void ExclusiveScan(T value, T &result, T initial, Op op) {
    T total;
    ExclusiveScan(value, result, initial, op, total);
  }

  __device__ __forceinline__ void InclusiveSum(T value, T &result) { InclusiveScan(value, result, Sum()); }
  __device__ __forceinline__ void InclusiveSum(T value, T &result, T &total) { InclusiveScan(value, result, Sum(), total); }
  __device__ __forceinline__ void ExclusiveSum(T value, T &result) { ExclusiveScan(value, result, T(0), Sum()); }
  __device__ __forceinline__ void ExclusiveSum(T value, T &result, T &total) { ExclusiveScan(value, result, T(0), Sum(), total); }

  // The scan of each warp; behind it, all warps' totals are there.
  template <typename Op>
  __device__ __forceinline__ T within_warps(T value, Op op) {
    int thread = thread_of_block<X, Y, Z>(), lane = thread % LANES;
    for (int offset = 1; offset < LANES; offset *= 2) {
      T before = LANE_UP(value, offset);
      if (lane >= offset) value = op(before, value);
    }
    if (lane == LANES - 1 || thread == THREADS - 1) totals[thread / LANES] = value;
    __syncthreads();
    return value;
  }
};

}  // namespace BLOCK_LIBRARY

// Exchanges between the lanes of a wave, by ds_bpermute: a value travels as 32-bit words.
#pragma once

__device__ inline int __lane_id() { return __builtin_amdgcn_mbcnt_hi(~0u, __builtin_amdgcn_mbcnt_lo(~0u, 0u)); }

template <class T>
__device__ inline T xpiler_from_lane(T value, int lane) {
  constexpr int words = (sizeof(T) + 3) / 4;
  int parts[words] = {};
  __builtin_memcpy(parts, &value, sizeof(T));
  for (int k = 0; k < words; ++k) parts[k] = __builtin_amdgcn_ds_bpermute(lane << 2, parts[k]);
  __builtin_memcpy(&value, parts, sizeof(T));
  return value;
}

template <class T>
__device__ inline T __shfl(T value, int from, int width = warpSize) {
  return xpiler_from_lane(value, (__lane_id() & ~(width - 1)) + (from & (width - 1)));
}
template <class T>
__device__ inline T __shfl_up(T value, unsigned by, int width = warpSize) {
  const int lane = __lane_id(), from = lane - (int)by;
  return xpiler_from_lane(value, from < (lane & ~(width - 1)) ? lane : from);
}
template <class T>
__device__ inline T __shfl_down(T value, unsigned by, int width = warpSize) {
  const int lane = __lane_id();
  return xpiler_from_lane(value, (lane & (width - 1)) + (int)by >= width ? lane : lane + (int)by);
}
template <class T>
__device__ inline T __shfl_xor(T value, int mask, int width = warpSize) {
  const int lane = __lane_id(), from = lane ^ mask;
  return xpiler_from_lane(value, from >= ((lane + width) & ~(width - 1)) ? lane : from);
}
#define XPILER_SYNC(name) \
  template <class... A> \
  __device__ inline auto name##_sync(unsigned long long, A... a) { \
    return name(a...); \
  }
XPILER_SYNC(__shfl)
XPILER_SYNC(__shfl_up)
XPILER_SYNC(__shfl_down)
XPILER_SYNC(__shfl_xor)
#undef XPILER_SYNC

__device__ inline unsigned long long __ballot(int condition) { return __builtin_amdgcn_ballot_w64(condition != 0); }
__device__ inline unsigned long long __activemask() { return __ballot(1); }
__device__ inline int __any(int condition) { return __ballot(condition) != 0; }
__device__ inline int __all(int condition) { return __ballot(condition) == __activemask(); }
__device__ inline unsigned long long __ballot_sync(unsigned long long, int condition) { return __ballot(condition); }
__device__ inline int __any_sync(unsigned long long, int condition) { return __any(condition); }
__device__ inline int __all_sync(unsigned long long, int condition) { return __all(condition); }
__device__ inline void __syncwarp(unsigned long long = ~0ull) { __builtin_amdgcn_wave_barrier(); }

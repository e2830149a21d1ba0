// HIP's wave functions. Without a mask they act on the lanes that are converged; with one, on its lanes.
#pragma once
#include "../../xpiler_simt/warp.h"

template <class T>
XPILER_SIMT_INLINE T __shfl(T value, int source, int width = warpSize) {
  xpiler_simt::check_width(width);
  return xpiler_simt::shuffle_value(0, value, xpiler_simt::source_of_index(source, width));
}
template <class T>
XPILER_SIMT_INLINE T __shfl_up(T value, unsigned delta, int width = warpSize) {
  xpiler_simt::check_width(width);
  return xpiler_simt::shuffle_value(0, value, xpiler_simt::source_of_up(delta, width, false));
}
template <class T>
XPILER_SIMT_INLINE T __shfl_down(T value, unsigned delta, int width = warpSize) {
  xpiler_simt::check_width(width);
  return xpiler_simt::shuffle_value(0, value, xpiler_simt::source_of_down(delta, width, false));
}
template <class T>
XPILER_SIMT_INLINE T __shfl_xor(T value, int bits, int width = warpSize) {
  xpiler_simt::check_width(width);
  return xpiler_simt::shuffle_value(0, value, xpiler_simt::source_of_xor(bits, width, false));
}

XPILER_SIMT_INLINE unsigned long long __ballot(int predicate) { return xpiler_simt::vote(0, predicate).ballot; }
XPILER_SIMT_INLINE unsigned long long __activemask() { return xpiler_simt::vote(0, true).arrived; }
XPILER_SIMT_INLINE int __any(int predicate) { return xpiler_simt::vote(0, predicate).ballot != 0; }
XPILER_SIMT_INLINE int __all(int predicate) {
  auto votes = xpiler_simt::vote(0, predicate);
  return votes.ballot == votes.arrived;
}

// --- with a mask (ROCm 6.2 and later): the mask has 64 bits even where a wave has 32 lanes -----

template <class M, class T>
XPILER_SIMT_INLINE T __shfl_sync(M mask, T value, int source, int width = warpSize) {
  static_assert(sizeof(M) == 8, "the mask must be 64-bit");
  xpiler_simt::check_width(width);
  return xpiler_simt::shuffle_value(mask & xpiler_simt::every_lane, value, xpiler_simt::source_of_index(source, width));
}
template <class M, class T>
XPILER_SIMT_INLINE T __shfl_up_sync(M mask, T value, unsigned delta, int width = warpSize) {
  static_assert(sizeof(M) == 8, "the mask must be 64-bit");
  xpiler_simt::check_width(width);
  return xpiler_simt::shuffle_value(mask & xpiler_simt::every_lane, value, xpiler_simt::source_of_up(delta, width, false));
}
template <class M, class T>
XPILER_SIMT_INLINE T __shfl_down_sync(M mask, T value, unsigned delta, int width = warpSize) {
  static_assert(sizeof(M) == 8, "the mask must be 64-bit");
  xpiler_simt::check_width(width);
  return xpiler_simt::shuffle_value(mask & xpiler_simt::every_lane, value, xpiler_simt::source_of_down(delta, width, false));
}
template <class M, class T>
XPILER_SIMT_INLINE T __shfl_xor_sync(M mask, T value, int bits, int width = warpSize) {
  static_assert(sizeof(M) == 8, "the mask must be 64-bit");
  xpiler_simt::check_width(width);
  return xpiler_simt::shuffle_value(mask & xpiler_simt::every_lane, value, xpiler_simt::source_of_xor(bits, width, false));
}
XPILER_SIMT_INLINE void __syncwarp(unsigned long long mask = ~0ull) { xpiler_simt::warp_barrier(mask & xpiler_simt::every_lane); }
XPILER_SIMT_INLINE unsigned long long __ballot_sync(unsigned long long mask, int predicate) {
  return xpiler_simt::vote(mask & xpiler_simt::every_lane, predicate).ballot;
}
XPILER_SIMT_INLINE int __any_sync(unsigned long long mask, int predicate) { return __ballot_sync(mask, predicate) != 0; }
XPILER_SIMT_INLINE int __all_sync(unsigned long long mask, int predicate) {
  auto votes = xpiler_simt::vote(mask & xpiler_simt::every_lane, predicate);
  return votes.ballot == votes.arrived;
}
template <class T>
XPILER_SIMT_INLINE unsigned long long __match_any_sync(unsigned long long mask, T value) {
  return xpiler_simt::match(mask & xpiler_simt::every_lane, value).same;
}
template <class T>
XPILER_SIMT_INLINE unsigned long long __match_all_sync(unsigned long long mask, T value, int *all_equal) {
  auto matched = xpiler_simt::match(mask & xpiler_simt::every_lane, value);
  *all_equal = matched.same == matched.arrived;
  return *all_equal ? matched.arrived : 0;
}

XPILER_SIMT_INLINE unsigned __lane_id() { return xpiler_simt::lane_id(); }

// CUDA's warp functions. Every one has a mask; only __activemask asks who is converged.
#pragma once
#include "../xpiler_simt/warp.h"

template <class T>
XPILER_SIMT_INLINE T __shfl_sync(unsigned mask, T value, int source, int width = warpSize) {
  xpiler_simt::check_width(width);
  return xpiler_simt::shuffle_value(mask, value, xpiler_simt::source_of_index(source, width));
}
template <class T>
XPILER_SIMT_INLINE T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = warpSize) {
  xpiler_simt::check_width(width);
  return xpiler_simt::shuffle_value(mask, value, xpiler_simt::source_of_up(delta, width, true));
}
template <class T>
XPILER_SIMT_INLINE T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = warpSize) {
  xpiler_simt::check_width(width);
  return xpiler_simt::shuffle_value(mask, value, xpiler_simt::source_of_down(delta, width, true));
}
template <class T>
XPILER_SIMT_INLINE T __shfl_xor_sync(unsigned mask, T value, int bits, int width = warpSize) {
  xpiler_simt::check_width(width);
  return xpiler_simt::shuffle_value(mask, value, xpiler_simt::source_of_xor(bits, width, true));
}

XPILER_SIMT_INLINE void __syncwarp(unsigned mask = 0xffffffffu) { xpiler_simt::warp_barrier(mask); }
XPILER_SIMT_INLINE unsigned __ballot_sync(unsigned mask, int predicate) { return unsigned(xpiler_simt::vote(mask, predicate).ballot); }
XPILER_SIMT_INLINE int __any_sync(unsigned mask, int predicate) { return xpiler_simt::vote(mask, predicate).ballot != 0; }
XPILER_SIMT_INLINE int __all_sync(unsigned mask, int predicate) {
  auto votes = xpiler_simt::vote(mask, predicate);
  return votes.ballot == votes.arrived;
}
XPILER_SIMT_INLINE unsigned __activemask() { return unsigned(xpiler_simt::vote(0, true).arrived); }

template <class T>
XPILER_SIMT_INLINE unsigned __match_any_sync(unsigned mask, T value) {
  return unsigned(xpiler_simt::match(mask, value).same);
}
template <class T>
XPILER_SIMT_INLINE unsigned __match_all_sync(unsigned mask, T value, int *all_equal) {
  auto matched = xpiler_simt::match(mask, value);
  *all_equal = matched.same == matched.arrived;
  return *all_equal ? unsigned(matched.arrived) : 0;
}

#define XPILER_SIMT_REDUCE(name, T, expression) \
  namespace xpiler_simt { \
  struct name##_##T { \
    T operator()(T a, T b) const { return expression; } \
  }; \
  } \
  XPILER_SIMT_INLINE T __reduce_##name##_sync(unsigned mask, T value) { \
    return xpiler_simt::warp_reduce<xpiler_simt::name##_##T>(mask, value); \
  }
XPILER_SIMT_REDUCE(add, int, int(unsigned(a) + unsigned(b)))
XPILER_SIMT_REDUCE(add, unsigned, a + b)
XPILER_SIMT_REDUCE(min, int, a < b ? a : b)
XPILER_SIMT_REDUCE(min, unsigned, a < b ? a : b)
XPILER_SIMT_REDUCE(max, int, a > b ? a : b)
XPILER_SIMT_REDUCE(max, unsigned, a > b ? a : b)
XPILER_SIMT_REDUCE(and, unsigned, a &b)
XPILER_SIMT_REDUCE(or, unsigned, a | b)
XPILER_SIMT_REDUCE(xor, unsigned, a ^ b)
#undef XPILER_SIMT_REDUCE

// Pooling over [height][width][channel]. The kernel is (height, width), the stride (width, height).
#pragma once
#include "xpiler_sim/call.h"
#include "xpiler_sim/types.h"

namespace xpiler_sim {

/// The nan_ forms give NaN where the window holds one.
enum class PoolKind : unsigned char { sum, max, min, avg, max_index, min_index, nan_max, nan_min };

struct Pool {
  PoolKind kind;
  Type type;
  void *dst;
  const void *src;
  unsigned channel, height, width, kernel_height, kernel_width, stride_width, stride_height;
};
void pool(const Call &call, const Pool &request);

} // namespace xpiler_sim

#define XPILER_SIM_POOL(name, kind, D) \
  template <class T> \
  inline void name(D *dst, const T *src, unsigned channel, unsigned height, unsigned width, unsigned kernel_height, unsigned kernel_width, \
                   unsigned stride_width, unsigned stride_height, XPILER_SIM_AT) { \
    xpiler_sim::pool({#name, at}, {xpiler_sim::PoolKind::kind, xpiler_sim::type_of<T>(), dst, src, channel, height, width, kernel_height, \
                                   kernel_width, stride_width, stride_height}); \
  } \
  template <class T> \
  inline void name(D *dst, const T *src, unsigned channel, unsigned height, unsigned width, unsigned kernel_height, unsigned kernel_width, \
                   XPILER_SIM_AT) { \
    name(dst, src, channel, height, width, kernel_height, kernel_width, kernel_width, kernel_height, at); \
  }
XPILER_SIM_POOL(__bang_sumpool, sum, T)
XPILER_SIM_POOL(__bang_maxpool, max, T)
XPILER_SIM_POOL(__bang_minpool, min, T)
XPILER_SIM_POOL(__bang_avgpool, avg, T)
XPILER_SIM_POOL(__bang_nan_maxpool, nan_max, T)
XPILER_SIM_POOL(__bang_nan_minpool, nan_min, T)
XPILER_SIM_POOL(__bang_maxpool_index, max_index, void)
XPILER_SIM_POOL(__bang_minpool_index, min_index, void)
#undef XPILER_SIM_POOL

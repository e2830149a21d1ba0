// Reductions and searches over one buffer.
#pragma once
#include "xpiler_sim/call.h"
#include "xpiler_sim/types.h"

namespace xpiler_sim {

void reduce_sum(const Call &call, Type type, void *dst, const void *src, unsigned count);
double sum(const Call &call, Type type, const void *src, unsigned count);

/// `propagate_nan`: a NaN wins; otherwise it is ignored.
void arg_extreme(const Call &call, Type type, void *dst, const void *src, unsigned count, bool max, bool propagate_nan);

/// The number of non-zeros, the first and the last index of one (0xffffffff where there is none).
struct NonZero {
  unsigned count, first, last;
};
NonZero non_zero(const Call &call, Type type, const void *src, unsigned count);
void increasing(const Call &call, Type type, void *dst, unsigned count);

} // namespace xpiler_sim

template <class T>
inline void __bang_reduce_sum(T *dst, const T *src, unsigned n, XPILER_SIM_AT) {
  xpiler_sim::reduce_sum({"__bang_reduce_sum", at}, xpiler_sim::type_of<T>(), dst, src, n);
}
template <class T>
inline T __bang_sum(const T *src, unsigned n, XPILER_SIM_AT) {
  return T(xpiler_sim::sum({"__bang_sum", at}, xpiler_sim::type_of<T>(), src, n));
}

#define XPILER_SIM_ARG(name, max, propagate_nan) \
  template <class T> \
  inline void name(T *dst, const T *src, unsigned n, XPILER_SIM_AT) { \
    xpiler_sim::arg_extreme({#name, at}, xpiler_sim::type_of<T>(), dst, src, n, max, propagate_nan); \
  }
XPILER_SIM_ARG(__bang_argmax, true, false)
XPILER_SIM_ARG(__bang_argmin, false, false)
XPILER_SIM_ARG(__bang_nan_argmax, true, true)
XPILER_SIM_ARG(__bang_nan_argmin, false, true)
XPILER_SIM_ARG(__bang_max, true, false)
XPILER_SIM_ARG(__bang_min, false, false)
#undef XPILER_SIM_ARG

#define XPILER_SIM_SEARCH(name, field) \
  template <class T> \
  inline unsigned name(const T *src, unsigned n, XPILER_SIM_AT) { \
    return xpiler_sim::non_zero({#name, at}, xpiler_sim::type_of<T>(), src, n).field; \
  }
XPILER_SIM_SEARCH(__bang_count, count)
XPILER_SIM_SEARCH(__bang_findfirst1, first)
XPILER_SIM_SEARCH(__bang_findlast1, last)
#undef XPILER_SIM_SEARCH

template <class T>
inline void __bang_incseq(T *dst, unsigned n, XPILER_SIM_AT) {
  xpiler_sim::increasing({"__bang_incseq", at}, xpiler_sim::type_of<T>(), dst, n);
}

// Selection by masks, packing, table lookup.
#pragma once
#include "xpiler_sim/call.h"
#include "xpiler_sim/types.h"

enum FcmpMode { FCMP_EQ, FCMP_NE, FCMP_GT, FCMP_GE, FCMP_LT, FCMP_LE };

namespace xpiler_sim {

/// Packs the elements whose mask is set; the mask is elements of the same type, or bits.
struct Filter {
  Type type;
  void *dst;
  const void *src;
  const void *mask;
  bool mask_is_bits;
  unsigned count;
};
unsigned filter(const Call &call, const Filter &request);
void maskmove(const Call &call, void *dst, const void *src, const void *mask, unsigned bytes);
void lookup(const Call &call, Type type, void *dst, Type index_type, const void *index, const void *table, unsigned count, unsigned length);
void compare_filter(const Call &call, FcmpMode mode, Type type, void *dst, const void *first, const void *second, bool scalar,
                    unsigned count);

} // namespace xpiler_sim

#define XPILER_SIM_FILTER(name, mask_type, bits) \
  template <class T> \
  inline unsigned name(T *dst, const T *src, mask_type, unsigned n, XPILER_SIM_AT) { \
    return xpiler_sim::filter({#name, at}, {xpiler_sim::type_of<T>(), dst, src, mask, bits, n}); \
  }
XPILER_SIM_FILTER(__bang_filter, const T *mask, false)
XPILER_SIM_FILTER(__bang_filter_bitindex, const void *mask, true)
XPILER_SIM_FILTER(__bang_collect, const T *mask, false)
XPILER_SIM_FILTER(__bang_collect_bitindex, const void *mask, true)
XPILER_SIM_FILTER(__bang_select, const T *mask, false)
XPILER_SIM_FILTER(__bang_select_bitindex, const void *mask, true)
#undef XPILER_SIM_FILTER

inline void __bang_maskmove(void *dst, const void *src, const void *mask, unsigned size, XPILER_SIM_AT) {
  xpiler_sim::maskmove({"__bang_maskmove", at}, dst, src, mask, size);
}
template <class T, class I>
inline void __bang_lut(T *dst, const I *index, const T *table, unsigned n, unsigned length, XPILER_SIM_AT) {
  xpiler_sim::lookup({"__bang_lut", at}, xpiler_sim::type_of<T>(), dst, xpiler_sim::type_of<I>(), index, table, n, length);
}
template <class T>
inline void __bang_fcmpfilter(FcmpMode mode, T *dst, const T *src0, const T *src1, unsigned n, XPILER_SIM_AT) {
  xpiler_sim::compare_filter({"__bang_fcmpfilter", at}, mode, xpiler_sim::type_of<T>(), dst, src0, src1, false, n);
}
template <class T>
inline void __bang_fcmpfilter(FcmpMode mode, T *dst, const T *src0, xpiler_sim::scalar_of<T> value, unsigned n, XPILER_SIM_AT) {
  xpiler_sim::compare_filter({"__bang_fcmpfilter", at}, mode, xpiler_sim::type_of<T>(), dst, src0, &value, true, n);
}

// Fills. The element is the value's type for the set family and the pointer's for write_value and write_zero.
#pragma once
#include "xpiler_sim/call.h"
#include "xpiler_sim/copy.h"
#include "xpiler_sim/types.h"

namespace xpiler_sim {

/// `count` elements of `bytes` bytes each, in every segment of the walk.
struct Fill {
  void *dst;
  unsigned long count;
  unsigned bytes;
  const void *value;
  Space space;
  Walk to = {};
};
void fill(const Call &call, const Fill &request, bool async);

} // namespace xpiler_sim

namespace xpiler_sim {

/// The element __bang_write_value writes: the pointer's type; through a byte pointer or void *, a wider value's own type.
template <class T, class V>
using filled_element =
    std::conditional_t<std::is_void_v<T> || (sizeof(std::conditional_t<std::is_void_v<T>, char, T>) == 1 && !std::is_same_v<V, int>), V, T>;

} // namespace xpiler_sim

template <class T, class V>
inline void __bang_write_value(T *dst, unsigned elem_count, V value, XPILER_SIM_AT) {
  const xpiler_sim::filled_element<T, V> element(value);
  xpiler_sim::fill({"__bang_write_value", at}, {dst, elem_count, sizeof element, &element, xpiler_sim::Space::nram}, false);
}
template <class T>
inline void __bang_write_zero(T *dst, unsigned elem_count, XPILER_SIM_AT) {
  const T zero = T(0);
  xpiler_sim::fill({"__bang_write_zero", at}, {dst, elem_count, sizeof(T), &zero, xpiler_sim::Space::nram}, false);
}
inline void __bang_write_zero(void *dst, unsigned byte_count, XPILER_SIM_AT) {
  __bang_write_zero(static_cast<char *>(dst), byte_count, at);
}

#define XPILER_SIM_SET(name, space_name, async) \
  template <class T> \
  inline void name(void *dst, unsigned elem_count, T value, XPILER_SIM_AT) { \
    xpiler_sim::fill({#name, at}, {dst, elem_count, sizeof(T), &value, xpiler_sim::Space::space_name}, async); \
  } \
  template <class T> \
  inline void name(void *dst, unsigned elem_count, T value, long stride, long segnum, XPILER_SIM_AT) { \
    xpiler_sim::fill({#name, at}, {dst, elem_count, sizeof(T), &value, xpiler_sim::Space::space_name, {stride, segnum + 1, 0, 1}}, async); \
  } \
  template <class T> \
  inline void name(void *dst, unsigned elem_count, T value, long stride0, long segnum1, long stride1, long segnum2, XPILER_SIM_AT) { \
    xpiler_sim::fill({#name, at}, \
                     {dst, elem_count, sizeof(T), &value, xpiler_sim::Space::space_name, {stride0, segnum1 + 1, stride1, segnum2 + 1}}, \
                     async); \
  }
XPILER_SIM_SET(__memset_nram, nram, false)
XPILER_SIM_SET(__memset_nram_async, nram, true)
XPILER_SIM_SET(__nramset, nram, false)
XPILER_SIM_SET(__nramset_async, nram, true)
XPILER_SIM_SET(__gdramset, gdram, false)
XPILER_SIM_SET(__gdramset_async, gdram, true)
XPILER_SIM_SET(__ldramset, ldram, false)
XPILER_SIM_SET(__sramset, sram, false)
XPILER_SIM_SET(__sramset_async, sram, true)
#undef XPILER_SIM_SET

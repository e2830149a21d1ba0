// Atomics on GDRAM, with and without the old value.
#pragma once
#include "xpiler_sim/call.h"
#include "xpiler_sim/types.h"

namespace xpiler_sim {

enum class Atomic : unsigned char { add, land, lor, lxor, max, min, inc, dec, exch, cas };

/// `old` may be null (reduce forms); `scalar`: one value for all elements.
struct AtomicCall {
  Atomic op;
  Type type;
  void *old;
  void *memory;
  const void *value;
  const void *expected;
  bool scalar;
  unsigned count;
};
void atomic(const Call &call, const AtomicCall &request);

} // namespace xpiler_sim

#define XPILER_SIM_ATOMIC(name, op) \
  template <class T> \
  inline void __bang_atomic_##name(T *dst, T *memory, const T *value, unsigned n, XPILER_SIM_AT) { \
    using namespace xpiler_sim; \
    atomic({"__bang_atomic_" #name, at}, {Atomic::op, type_of<T>(), dst, memory, value, nullptr, false, n}); \
  } \
  template <class T> \
  inline void __bang_atomic_##name(T *dst, T *memory, scalar_of_t<T> value, unsigned n, XPILER_SIM_AT) { \
    using namespace xpiler_sim; \
    atomic({"__bang_atomic_" #name, at}, {Atomic::op, type_of<T>(), dst, memory, &value, nullptr, true, n}); \
  } \
  template <class T> \
  inline void __bang_atomic_reduce_##name(T *memory, const T *value, unsigned n, XPILER_SIM_AT) { \
    using namespace xpiler_sim; \
    atomic({"__bang_atomic_reduce_" #name, at}, {Atomic::op, type_of<T>(), nullptr, memory, value, nullptr, false, n}); \
  } \
  template <class T> \
  inline void __bang_atomic_reduce_##name(T *memory, scalar_of_t<T> value, unsigned n, XPILER_SIM_AT) { \
    using namespace xpiler_sim; \
    atomic({"__bang_atomic_reduce_" #name, at}, {Atomic::op, type_of<T>(), nullptr, memory, &value, nullptr, true, n}); \
  }
#define scalar_of_t xpiler_sim::scalar_of
XPILER_SIM_ATOMIC(add, add)
XPILER_SIM_ATOMIC(and, land)
XPILER_SIM_ATOMIC(or, lor)
XPILER_SIM_ATOMIC(xor, lxor)
XPILER_SIM_ATOMIC(max, max)
XPILER_SIM_ATOMIC(min, min)
XPILER_SIM_ATOMIC(inc, inc)
XPILER_SIM_ATOMIC(dec, dec)
XPILER_SIM_ATOMIC(exch, exch)
#undef scalar_of_t
#undef XPILER_SIM_ATOMIC

template <class T>
inline void __bang_atomic_cas(T *dst, T *memory, xpiler_sim::scalar_of<T> expected, xpiler_sim::scalar_of<T> value, unsigned n,
                              XPILER_SIM_AT) {
  using namespace xpiler_sim;
  atomic({"__bang_atomic_cas", at}, {Atomic::cas, type_of<T>(), dst, memory, &value, &expected, true, n});
}

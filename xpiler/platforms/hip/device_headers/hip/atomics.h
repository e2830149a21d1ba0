// Atomic operations, relaxed and visible to the whole device.
#pragma once

#define XPILER_ATOMIC(name, builtin) \
  template <class T> \
  __device__ inline T name(T *to, std::common_type_t<T> value) { \
    return builtin(to, value, __ATOMIC_RELAXED, __HIP_MEMORY_SCOPE_AGENT); \
  }
#include <type_traits>
XPILER_ATOMIC(atomicAdd, __hip_atomic_fetch_add)
XPILER_ATOMIC(atomicSub, __hip_atomic_fetch_sub)
XPILER_ATOMIC(atomicMin, __hip_atomic_fetch_min)
XPILER_ATOMIC(atomicMax, __hip_atomic_fetch_max)
XPILER_ATOMIC(atomicAnd, __hip_atomic_fetch_and)
XPILER_ATOMIC(atomicOr, __hip_atomic_fetch_or)
XPILER_ATOMIC(atomicXor, __hip_atomic_fetch_xor)
XPILER_ATOMIC(atomicExch, __hip_atomic_exchange)
#undef XPILER_ATOMIC
template <class T>
__device__ inline T atomicCAS(T *to, std::common_type_t<T> expected, std::common_type_t<T> value) {
  __hip_atomic_compare_exchange_strong(to, &expected, value, __ATOMIC_RELAXED, __ATOMIC_RELAXED, __HIP_MEMORY_SCOPE_AGENT);
  return expected;
}

// Block-wide synchronisation, memory fences, and the small change of device code.
#pragma once
#include <ctime>
#include <cstdio>

#include "execution.h"

XPILER_SIMT_INLINE void __syncthreads() { xpiler_simt::block_barrier(0, 0, true, xpiler_simt::Reduce::none, 0); }
XPILER_SIMT_INLINE int __syncthreads_count(int predicate) {
  return xpiler_simt::block_barrier(0, 0, true, xpiler_simt::Reduce::count, predicate);
}
XPILER_SIMT_INLINE int __syncthreads_and(int predicate) {
  return xpiler_simt::block_barrier(0, 0, true, xpiler_simt::Reduce::all, predicate);
}
XPILER_SIMT_INLINE int __syncthreads_or(int predicate) {
  return xpiler_simt::block_barrier(0, 0, true, xpiler_simt::Reduce::any, predicate);
}

// Fences order memory and wait for nobody; letting others run keeps loops on a flag alive.
XPILER_SIMT_INLINE void __threadfence() { xpiler_simt::yield(); }
XPILER_SIMT_INLINE void __threadfence_block() { xpiler_simt::yield(); }
XPILER_SIMT_INLINE void __threadfence_system() { xpiler_simt::yield(); }
XPILER_SIMT_INLINE void __nanosleep(unsigned) { xpiler_simt::yield(); }
XPILER_SIMT_INLINE void __trap() { xpiler_simt::trap("the kernel trapped"); }
XPILER_SIMT_INLINE void __brkpt() {}
XPILER_SIMT_INLINE long long clock64() { return 0; }
XPILER_SIMT_INLINE int xpiler_simt_clock() { return 0; }
#define clock() xpiler_simt_clock() // glibc's own has another type; <ctime> declares it above, once
#define __builtin_assume(condition) ((void)0)
#define __assume(condition) ((void)0)

// Cache hints say nothing about values.
#define XPILER_SIMT_CACHED_LOAD(name) \
  template <class T> \
  XPILER_SIMT_INLINE T name(const T *address) { \
    return *address; \
  }
XPILER_SIMT_CACHED_LOAD(__ldg)
XPILER_SIMT_CACHED_LOAD(__ldca)
XPILER_SIMT_CACHED_LOAD(__ldcg)
XPILER_SIMT_CACHED_LOAD(__ldcs)
XPILER_SIMT_CACHED_LOAD(__ldcv)
XPILER_SIMT_CACHED_LOAD(__ldlu)
#undef XPILER_SIMT_CACHED_LOAD
#define XPILER_SIMT_CACHED_STORE(name) \
  template <class T> \
  XPILER_SIMT_INLINE void name(T *address, T value) { \
    *address = value; \
  }
XPILER_SIMT_CACHED_STORE(__stcg)
XPILER_SIMT_CACHED_STORE(__stcs)
XPILER_SIMT_CACHED_STORE(__stwb)
XPILER_SIMT_CACHED_STORE(__stwt)
#undef XPILER_SIMT_CACHED_STORE

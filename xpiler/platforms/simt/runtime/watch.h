// The checks of strict mode, for the runtime's own accesses on a thread's behalf.
#pragma once
#include <cstddef>
#include <vector>

#include "shadow.h"

namespace xpiler_simt {

#if XPILER_SIMT_STRICT
void watch_atomic(const void *address, unsigned bytes, bool write, const void *place);
void watch_copy(const void *address, std::size_t bytes, bool write, const void *place);
/// The end of an asynchronous copy: from here on its destination was written by the waiting thread.
void watch_landed(const void *address, std::size_t bytes);
/// Shared memory that an asynchronous copy owns: any access before its end is a race.
void watch_pending(const void *address, std::size_t bytes);
/// The running thread leaves the processor: what waited for its next step is decided.
void watch_switch();
/// What is remembered of the block's shared memory, and the same put back.
std::vector<char> watch_saved_shadow();
void watch_restore_shadow(const std::vector<char> &saved);
/// What is remembered of the file's `__device__` variables.
WordShadow watch_variable_shadow();
#else
inline void watch_atomic(const void *, unsigned, bool, const void *) {}
inline void watch_copy(const void *, std::size_t, bool, const void *) {}
inline void watch_landed(const void *, std::size_t) {}
inline void watch_pending(const void *, std::size_t) {}
inline void watch_switch() {}
inline std::vector<char> watch_saved_shadow() { return {}; }
inline void watch_restore_shadow(const std::vector<char> &) {}
inline WordShadow watch_variable_shadow() { return {}; }
#endif

} // namespace xpiler_simt

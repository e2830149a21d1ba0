// The simulator's <cuda_pipeline.h>.
#pragma once
#include "cuda_runtime.h"
#include "../xpiler_simt/async_copy.h"

XPILER_SIMT_INLINE void __pipeline_memcpy_async(void *to, const void *from, std::size_t bytes, std::size_t zero_fill = 0) {
  if (bytes != 4 && bytes != 8 && bytes != 16) xpiler_simt::report("async-copy", "an asynchronous copy moves 4, 8 or 16 bytes");
  if ((reinterpret_cast<std::uintptr_t>(to) | reinterpret_cast<std::uintptr_t>(from)) % bytes)
    xpiler_simt::report("misaligned", "the addresses of an asynchronous copy are not multiples of its size");
  xpiler_simt::async_copy(to, from, bytes, zero_fill);
}
XPILER_SIMT_INLINE void __pipeline_commit() { xpiler_simt::async_commit(); }
XPILER_SIMT_INLINE void __pipeline_wait_prior(std::size_t newest) { xpiler_simt::async_wait(unsigned(newest)); }

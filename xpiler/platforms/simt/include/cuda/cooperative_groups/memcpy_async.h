// The simulator's <cooperative_groups/memcpy_async.h>: the threads of the group share the copy.
#pragma once
#include "../cooperative_groups.h"
#include "../../xpiler_simt/async_copy.h"

namespace cooperative_groups {

template <class Group, class T>
XPILER_SIMT_INLINE void memcpy_async(const Group &group, T *to, const T *from, std::size_t bytes) {
  unsigned step = group.size();
  for (std::size_t i = group.thread_rank(); i * 4 < bytes; i += step)
    xpiler_simt::async_copy(reinterpret_cast<char *>(to) + i * 4, reinterpret_cast<const char *>(from) + i * 4,
                            bytes - i * 4 < 4 ? bytes - i * 4 : 4, 0);
  xpiler_simt::async_commit();
}
template <class Group>
XPILER_SIMT_INLINE void wait(const Group &group) {
  xpiler_simt::async_wait(0);
  group.sync();
}

} // namespace cooperative_groups

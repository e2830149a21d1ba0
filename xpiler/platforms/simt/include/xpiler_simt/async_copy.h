// Asynchronous copies of a thread: what is copied appears at its wait, not before.
#pragma once
#include "execution.h"

namespace xpiler_simt {

/// Copies `bytes` of which the last `zero_fill` are zeros instead of the source's.
void async_copy(void *destination, const void *source, std::size_t bytes, std::size_t zero_fill);
/// Closes the group of the copies since the last commit.
void async_commit();
/// Waits until at most the `newest` groups are pending.
void async_wait(unsigned newest);

} // namespace xpiler_simt

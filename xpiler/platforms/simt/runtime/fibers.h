// Fibers: a stack and a switch that saves only what the System V ABI asks a callee to keep.
#pragma once
#include <cstddef>

namespace xpiler_simt {

constexpr std::size_t stack_bytes = 256 * 1024;
constexpr unsigned stack_count = 8192; // threads of a block, or of a whole grid that meets

/// Stack `index` of the region reserved for fibers (a guard page lies below each).
char *fiber_stack(unsigned index);
bool in_fiber_stacks(const void *address);

/// Prepares `stack` so that the first switch to the result calls `entry`, which never returns.
void *prepare_fiber(char *stack, void (*entry)());

/// Leaves the running context in `*from` and goes on with `to`.
extern "C" void xpiler_simt_switch(void **from, void *to);

} // namespace xpiler_simt

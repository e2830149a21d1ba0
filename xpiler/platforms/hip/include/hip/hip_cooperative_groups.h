#pragma once
#include "xpiler_hip.h"
#pragma clang force_cuda_host_device begin
namespace cooperative_groups {
struct thread_block {
  void sync() const;
  unsigned thread_rank() const;
  unsigned size() const;
  unsigned num_threads() const;
};
thread_block this_thread_block();
} // namespace cooperative_groups
#pragma clang force_cuda_host_device end

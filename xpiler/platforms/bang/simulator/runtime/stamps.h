#pragma once
#include <cstdint>

namespace xpiler_sim {

/// The moment of an access: task (-1: several), its cluster (-1: several), its job, and the barriers passed so far.
struct Stamp {
  int task, cluster, job;
  unsigned all_epoch, cluster_epoch;
};
std::uint32_t stamp_of(const Stamp &stamp);
void forget_stamps();

} // namespace xpiler_sim

#pragma once
#include <cstdint>

#include "schedule.h"

namespace xpiler_sim {

/// The moment of an access: who (-1: several), its cluster (-1: several), its job, the barriers passed so far, and the
/// locks given back so far.
struct Stamp {
  int agent, cluster, job;
  unsigned all_epoch, cluster_epoch, segment;
};
std::uint32_t stamp_of(const Stamp &stamp);
void forget_stamps();
/// Stamps made from here on are not smaller.
std::uint32_t next_stamp();

/// A lock orders what its holders did: the next one learns how far each of the earlier ones had come.
void learn_from_lock(Core &core, int lock);
void leave_in_lock(Core &core, int lock);

} // namespace xpiler_sim

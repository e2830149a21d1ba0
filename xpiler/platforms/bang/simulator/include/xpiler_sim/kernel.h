// Qualifiers, barriers, queue syncs and address predicates.
#pragma once
#include <cstddef>

#include "xpiler_sim/call.h"

// The qualifiers of memory spaces and the kernel attribute are keywords of the rewriter (rewrite.py) and no macros.
#define __mlu_device__
#define __mlu_const__
#define __mlu_func__
#define __mlu_host__
#define __mlu_builtin__
#define __BANG__ 1
#define __MLU__ 1
#define __MLISA__ 1

namespace xpiler_sim {

enum class Queue { io, move, compute };
enum class Barrier { cluster, all, all_ipu, cluster_ipu, all_mpu };
enum class Space : unsigned char { nram, wram, sram, ldram, gdram, host };

void barrier(const Call &call, Barrier kind);
void barrier_arrive(const Call &call, Barrier kind, int id, int count);
void barrier_wait(const Call &call, Barrier kind, int id, int count);
void sync_queues(const Call &call, bool io, bool move, bool compute);
void lock(const Call &call, int id0, int id1);
void unlock(const Call &call, int id0, int id1);
Space space_of(const void *address);
bool on_memory_core();

/// Stands at the start of each kernel: what a task touched before, it did for the launch, which reads the host's memory.
void begin_kernel();

/// The array of the running core (or cluster) that the declaration with this key stands for.
void *place(const void *key, Space space, std::size_t bytes, const void *initial, const char *name);

template <class Array>
Array &placed(Array *, const void *key, Space space, const char *name) {
  return *static_cast<Array *>(place(key, space, sizeof(Array), nullptr, name));
}
template <class Array>
Array &placed_copy(const Array &initial, const void *key, Space space, const char *name) {
  return *static_cast<Array *>(place(key, space, sizeof(Array), &initial, name));
}

} // namespace xpiler_sim

inline bool __is_mpu() { return xpiler_sim::on_memory_core(); }
inline bool __is_ipu() { return !xpiler_sim::on_memory_core(); }
inline bool __is_nram(const void *p) { return xpiler_sim::space_of(p) == xpiler_sim::Space::nram; }
inline bool __is_wram(const void *p) { return xpiler_sim::space_of(p) == xpiler_sim::Space::wram; }
inline bool __is_sram(const void *p) { return xpiler_sim::space_of(p) == xpiler_sim::Space::sram; }
inline bool __is_dram(const void *p) {
  auto space = xpiler_sim::space_of(p);
  return space == xpiler_sim::Space::gdram || space == xpiler_sim::Space::ldram;
}

#define XPILER_SIM_BARRIER(name, kind) \
  inline void name(XPILER_SIM_AT) { xpiler_sim::barrier({#name, at}, xpiler_sim::Barrier::kind); }
XPILER_SIM_BARRIER(__sync_cluster, cluster)
XPILER_SIM_BARRIER(__sync_all, all)
XPILER_SIM_BARRIER(__sync_all_ipu, all_ipu)
XPILER_SIM_BARRIER(__sync_all_ipu_within_cluster, cluster_ipu)
XPILER_SIM_BARRIER(__sync_all_mpu, all_mpu)
#undef XPILER_SIM_BARRIER

inline void __sync_cluster_arrive(int id, int count, XPILER_SIM_AT) {
  xpiler_sim::barrier_arrive({"__sync_cluster_arrive", at}, xpiler_sim::Barrier::cluster, id, count);
}
inline void __sync_cluster_wait(int id, int count, XPILER_SIM_AT) {
  xpiler_sim::barrier_wait({"__sync_cluster_wait", at}, xpiler_sim::Barrier::cluster, id, count);
}
inline void __sync_all_arrive(int id, int count, XPILER_SIM_AT) {
  xpiler_sim::barrier_arrive({"__sync_all_arrive", at}, xpiler_sim::Barrier::all, id, count);
}
inline void __sync_all_wait(int id, int count, XPILER_SIM_AT) {
  xpiler_sim::barrier_wait({"__sync_all_wait", at}, xpiler_sim::Barrier::all, id, count);
}

#define XPILER_SIM_SYNC(name, io, move, compute) \
  inline void name(XPILER_SIM_AT) { xpiler_sim::sync_queues({#name, at}, io, move, compute); }
XPILER_SIM_SYNC(__sync, true, true, true)
XPILER_SIM_SYNC(__sync_io, true, false, false)
XPILER_SIM_SYNC(__sync_move, false, true, false)
XPILER_SIM_SYNC(__sync_compute, false, false, true)
XPILER_SIM_SYNC(__sync_copy_dram_to_nram, true, false, false)
XPILER_SIM_SYNC(__sync_copy_nram_to_dram, true, false, false)
XPILER_SIM_SYNC(__sync_copy_dram_to_wram, true, false, false)
XPILER_SIM_SYNC(__sync_copy_wram_to_dram, true, false, false)
XPILER_SIM_SYNC(__sync_copy_dram_to_sram, true, false, false)
XPILER_SIM_SYNC(__sync_copy_sram_to_dram, true, false, false)
XPILER_SIM_SYNC(__sync_copy_nram_to_sram, false, true, false)
XPILER_SIM_SYNC(__sync_copy_sram_to_nram, false, true, false)
XPILER_SIM_SYNC(__sync_copy_wram_to_sram, false, true, false)
XPILER_SIM_SYNC(__sync_copy_sram_to_wram, false, true, false)
XPILER_SIM_SYNC(__sync_copy_nram_to_nram, false, false, true)
#undef XPILER_SIM_SYNC

inline void __sync_copy_sram_to_sram(XPILER_SIM_AT) {
  xpiler_sim::sync_queues({"__sync_copy_sram_to_sram", at}, false, true, false);
  xpiler_sim::barrier({"__sync_copy_sram_to_sram", at}, xpiler_sim::Barrier::all);
}
inline void __sync_io_move_compute(bool io_p = true, bool move_p = true, bool compute_p = true, bool = true, bool = true, bool = true,
                                   XPILER_SIM_AT) {
  xpiler_sim::sync_queues({"__sync_io_move_compute", at}, io_p, move_p, compute_p);
}
inline void __bang_lock(int id0, int id1, XPILER_SIM_AT) { xpiler_sim::lock({"__bang_lock", at}, id0, id1); }
inline void __bang_unlock(int id0, int id1, XPILER_SIM_AT) { xpiler_sim::unlock({"__bang_unlock", at}, id0, id1); }

// The in-core queues: pending async copies and the syncs that perform them.
#include "counts.h"
#include "options.h"
#include "schedule.h"

namespace xpiler_sim {

bool Region::meets(const char *first, const char *last) const {
  for (long j = 0; j < walk.count2; j++) {
    const char *row = base + j * walk.stride1;
    const long reach = (walk.count1 - 1) * walk.stride0;
    if (row + (reach < 0 ? reach : 0) >= last || row + (reach > 0 ? reach : 0) + size <= first) continue;
    for (long i = 0; i < walk.count1; i++) {
      const char *segment = row + i * walk.stride0;
      if (segment < last && first < segment + size) return true;
    }
  }
  return false;
}

bool defer(Pending pending) {
  if (!self() || pending.queue == Queue::compute || xpiler_sim_options.async_at_issue) return false;
  self()->pending.push_back(std::move(pending));
  return true;
}

void drain(Core &core, bool io, bool move) {
  for (auto it = core.pending.begin(); it != core.pending.end();) {
    bool wanted = it->queue == Queue::io ? io : it->queue == Queue::move ? move : true;
    if (!wanted) {
      ++it;
      continue;
    }
    auto perform = std::move(it->perform);
    it = core.pending.erase(it);
    perform();
  }
}

void sync_queues(const Call &call, bool io, bool move, bool compute) {
  count_instruction(call);
  if (!self()) return;
  wait_for(io, move, compute);
  drain(*self(), io, move);
  maybe_switch();
}

} // namespace xpiler_sim

// Stamps: who accessed a byte and between which barriers, as small numbers that shadow memory can hold.
#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "schedule.h"
#include "stamps.h"

namespace xpiler_sim {
namespace {

std::vector<Stamp> stamps(1);
std::map<std::tuple<int, int, int, unsigned, unsigned, unsigned>, std::uint32_t> known;
std::map<int, std::map<int, unsigned>> lock_clocks;

void merge(std::map<int, unsigned> &into, const std::map<int, unsigned> &from) {
  for (auto [agent, segment] : from) into[agent] = std::max(into[agent], segment);
}
std::uint32_t first_of_launch = 1;

} // namespace

std::uint32_t stamp_of(const Stamp &s) {
  auto &id = known[{s.agent, s.cluster, s.job, s.all_epoch, s.cluster_epoch, s.segment}];
  if (!id) id = stamps.size(), stamps.push_back(s);
  return id;
}

void forget_stamps() {
  known.clear();
  lock_clocks.clear();
  first_of_launch = stamps.size();
}

std::uint32_t next_stamp() { return std::uint32_t(stamps.size()); }

std::uint32_t stamp_now() { return self() ? self()->stamp : 0; }
bool current(std::uint32_t stamp) { return stamp >= first_of_launch; }
int agent_of(std::uint32_t stamp) { return stamps[stamp].agent; }

void learn_from_lock(Core &core, int lock) { merge(core.clock, lock_clocks[lock]); }

void leave_in_lock(Core &core, int lock) {
  core.clock[core.agent()] = ++core.segment;
  merge(lock_clocks[lock], core.clock);
}

bool ordered(std::uint32_t earlier, std::uint32_t now) {
  const Stamp &a = stamps[earlier], &b = stamps[now];
  if (a.agent == b.agent && a.agent >= 0) return true;
  auto met = self()->clock.find(a.agent);
  if (met != self()->clock.end() && a.segment < met->second) return true;
  if (a.job != b.job) return false;
  if (a.all_epoch < b.all_epoch) return true;
  return a.cluster >= 0 && a.cluster == b.cluster && a.cluster_epoch < b.cluster_epoch;
}

std::uint32_t joined(std::uint32_t earlier, std::uint32_t now) {
  Stamp a = stamps[earlier], b = stamps[now];
  b.agent = -1;
  if (a.cluster != b.cluster) b.cluster = -1;
  return stamp_of(b);
}

} // namespace xpiler_sim

// Stamps: who accessed a byte and between which barriers, as small numbers that shadow memory can hold.
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "schedule.h"
#include "stamps.h"

namespace xpiler_sim {
namespace {

std::vector<Stamp> stamps(1);
std::map<std::tuple<int, int, int, unsigned, unsigned>, std::uint32_t> known;
std::uint32_t first_of_launch = 1;

} // namespace

std::uint32_t stamp_of(const Stamp &s) {
  auto &id = known[{s.task, s.cluster, s.job, s.all_epoch, s.cluster_epoch}];
  if (!id) id = stamps.size(), stamps.push_back(s);
  return id;
}

void forget_stamps() {
  known.clear();
  first_of_launch = stamps.size();
}

std::uint32_t stamp_now() { return self() ? self()->stamp : 0; }
bool current(std::uint32_t stamp) { return stamp >= first_of_launch; }
int task_of(std::uint32_t stamp) { return stamps[stamp].task; }

bool ordered(std::uint32_t earlier, std::uint32_t now) {
  const Stamp &a = stamps[earlier], &b = stamps[now];
  if (a.job != b.job) return false;
  if (a.task == b.task && a.task >= 0) return true;
  if (a.all_epoch < b.all_epoch) return true;
  return a.cluster >= 0 && a.cluster == b.cluster && a.cluster_epoch < b.cluster_epoch;
}

std::uint32_t joined(std::uint32_t earlier, std::uint32_t now) {
  Stamp a = stamps[earlier], b = stamps[now];
  b.task = -1;
  if (a.cluster != b.cluster) b.cluster = -1;
  return stamp_of(b);
}

} // namespace xpiler_sim

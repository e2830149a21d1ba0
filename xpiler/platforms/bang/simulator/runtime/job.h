// The tasks that run together: one Block task, or the cores of one union.
#pragma once
#include <condition_variable>
#include <map>
#include <memory>
#include <random>
#include <tuple>
#include <vector>

#include "schedule.h"

namespace xpiler_sim {

struct Job {
  int number = 0;
  Dim dim{1, 1, 1};
  int clusters = 0; // 0: Block
  std::vector<std::unique_ptr<Core>> cores;
  std::condition_variable finished;
  std::mt19937 random;
  bool abandoned = false;

  unsigned all_epoch = 0;
  std::map<int, unsigned> cluster_epoch;
  std::map<std::pair<int, int>, int> arrivals;                       // barrier kind, cluster
  std::map<std::tuple<int, int, int>, int> splits, split_generation; // ... and id
  std::map<std::tuple<int, int, int>, std::vector<Core *>> split_waiters;
  std::map<std::tuple<int, int, int, int>, int> split_seen;
  std::map<std::tuple<int, int, int>, double> split_moment; // when the last core arrived
  std::map<int, int> locks;
  std::map<int, double> lock_moment; // when it was given back
  std::map<int, std::vector<Core *>> lock_waiters;

  /// Gives the running thread the values of taskId and its companions.
  void set_indices(const Core &core) const;
};

void run_job(Job &job, const std::string &kernel, const std::function<void()> &task);
void release_split(Barrier kind, int id);

} // namespace xpiler_sim

// Launches: from a task grid to jobs, in an order the seed decides.
#include <algorithm>
#include <numeric>

#include "counts.h"
#include "cycles.h"
#include "findings.h"
#include "indices.h"
#include "job.h"
#include "memory.h"
#include "options.h"
#include "processes.h"
#include "stamps.h"
#include "trace.h"
#include "transfers.h"

namespace xpiler_sim {
namespace {

int jobs_so_far = 0;

std::unique_ptr<Core> make_core(int slot, Dim dim, unsigned x, unsigned y, unsigned z, int cluster, int id) {
  auto core = std::make_unique<Core>();
  core->slot = slot;
  core->cluster = cluster;
  core->id = id;
  core->task_x = x, core->task_y = y, core->task_z = z;
  core->task = (z * dim.y + y) * dim.x + x;
  return core;
}

/// The tasks of one union: `width` tasks from `x` on, cores in order, memory cores behind them.
void fill_union(Job &job, unsigned x, unsigned y, unsigned z, bool memory_cores) {
  const int per_cluster = xpiler_sim_options.cores_per_cluster, width = job.clusters * per_cluster;
  for (int i = 0; i < width; i++) job.cores.push_back(make_core(i, job.dim, x + i, y, z, i / per_cluster, i % per_cluster));
  for (int cluster = 0; memory_cores && cluster < job.clusters; cluster++) {
    auto core = make_core(width + cluster, job.dim, x + cluster * per_cluster, y, z, cluster, 0x80);
    core->is_memory_core = true;
    job.cores.push_back(std::move(core));
  }
}

int clusters_of(const Call &kernel, int function_type) {
  if (function_type == cnrtFuncTypeBlock) return 0;
  for (int n = 1; n <= 16; n *= 2)
    if (function_type == 4 * n) return n;
  report("bad-argument", kernel, "", text("function type %d is neither Block nor UnionN", function_type));
  return -1;
}

bool valid(const Call &kernel, Dim dim, int clusters) {
  if (!dim.x || !dim.y || !dim.z) {
    report("bad-argument", kernel, "", text("task grid %u x %u x %u is empty", dim.x, dim.y, dim.z));
    return false;
  }
  if (clusters > xpiler_sim_options.clusters) {
    report("bad-argument", kernel, "", text("Union%d on a device of %d clusters", clusters, xpiler_sim_options.clusters));
    return false;
  }
  unsigned width = clusters * xpiler_sim_options.cores_per_cluster;
  if (!width || dim.x % width == 0) return true;
  report("bad-argument", kernel, "", text("dim.x is %u, a Union%d launch needs a multiple of %u", dim.x, clusters, width));
  return false;
}

/// A launch while it runs: its jobs, in an order the seed decides.
class Running {
public:
  Running(const Call &kernel, Dim dim, int clusters, const std::function<void()> &task)
      : kernel_(kernel), dim_(dim), clusters_(clusters), task_(task) {
    const auto &options = xpiler_sim_options;
    memory_cores_ = clusters && (options.memory_core == 1 || (options.memory_core == 2 && xpiler_sim_uses_sram));
    width_ = clusters ? clusters * options.cores_per_cluster : 1;
    order_.resize(dim.x / width_ * dim.y * dim.z);
    std::iota(order_.begin(), order_.end(), 0u);
    std::mt19937 random(schedule_seed());
    if (schedule_seed()) std::shuffle(order_.begin(), order_.end(), random);
  }

  void run() {
    Spread spread(order_.size());
    const RunJob run_job = [this](std::size_t place, JobCost &cost) { return run_one(order_[place], cost); };
    for (std::size_t i = 0; i < order_.size(); ++i) {
      if (spread.worth(i) && run_in_processes(i, order_.size(), run_job, [this](const JobCost &cost) { charge(cost); })) break;
      JobCost cost;
      if (!run_job(i, cost)) return;
      charge(cost);
    }
    launch_done();
  }

private:
  Call kernel_;
  Dim dim_;
  int clusters_;
  const std::function<void()> &task_;
  bool memory_cores_;
  unsigned width_;
  std::vector<unsigned> order_;

  void fill(Job &job, unsigned index) const {
    const unsigned columns = dim_.x / width_;
    const unsigned x = index % columns * width_, y = index / columns % dim_.y, z = index / columns / dim_.y;
    if (clusters_) fill_union(job, x, y, z, memory_cores_);
    else job.cores.push_back(make_core(0, dim_, x, y, z, -1, int(x % xpiler_sim_options.cores_per_cluster)));
  }

  bool run_one(unsigned index, JobCost &cost) const {
    Job job;
    job.number = ++jobs_so_far;
    job.dim = dim_;
    job.clusters = clusters_;
    job.random.seed(schedule_seed() + index);
    fill(job, index);
    begin_job_memory();
    run_job(job, kernel_.name, task_);
    std::vector<Clock *> clocks;
    for (auto &core : job.cores) clocks.push_back(&core->cycles);
    cost = cost_of(clocks);
    return !job.abandoned;
  }

  /// Unions of N clusters run side by side as far as the device has clusters, Block tasks as far as it has cores.
  void charge(const JobCost &cost) const {
    const auto &options = xpiler_sim_options;
    job_done(cost, clusters_ ? options.clusters / clusters_ : options.clusters * options.cores_per_cluster);
  }
};

} // namespace

void Job::set_indices(const Core &core) const {
  taskId = core.task, taskIdX = core.task_x, taskIdY = core.task_y, taskIdZ = core.task_z;
  taskDimX = dim.x, taskDimY = dim.y, taskDimZ = dim.z, taskDim = dim.x * dim.y * dim.z;
  coreId = core.id, coreDim = xpiler_sim_options.cores_per_cluster;
  clusterId = core.cluster < 0 ? 0 : core.cluster, clusterDim = clusters;
}

void launch(const Call &kernel, Dim dim, int function_type, const std::function<void()> &task) {
  const int clusters = clusters_of(kernel, function_type);
  if (clusters < 0 || !valid(kernel, dim, clusters)) return;
  if (watching_transfers()) return;
  forget_stamps();
  if (tracing) trace_event(kernel, text(" launched, tasks %u,%u,%u, type %d", dim.x, dim.y, dim.z, function_type));
  Running(kernel, dim, clusters, task).run();
}

} // namespace xpiler_sim

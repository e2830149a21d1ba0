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
#include "stamps.h"
#include "trace.h"

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

/// Unions of N clusters run side by side as far as the device has clusters, Block tasks as far as it has cores.
void charge(const Job &job, int clusters) {
  std::vector<Clock *> clocks;
  for (auto &core : job.cores) clocks.push_back(&core->cycles);
  const auto &options = xpiler_sim_options;
  job_done(clocks, clusters ? options.clusters / clusters : options.clusters * options.cores_per_cluster);
}

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
  const auto &options = xpiler_sim_options;
  const bool memory_cores = clusters && (options.memory_core == 1 || (options.memory_core == 2 && xpiler_sim_uses_sram));
  const unsigned width = clusters ? clusters * options.cores_per_cluster : 1;
  const unsigned columns = dim.x / width, count = columns * dim.y * dim.z;
  forget_stamps();
  if (tracing) trace_event(kernel, text(" launched, tasks %u,%u,%u, type %d", dim.x, dim.y, dim.z, function_type));
  std::vector<unsigned> order(count);
  std::iota(order.begin(), order.end(), 0u);
  std::mt19937 random(schedule_seed());
  if (schedule_seed()) std::shuffle(order.begin(), order.end(), random);
  for (unsigned index : order) {
    Job job;
    job.number = ++jobs_so_far;
    job.dim = dim;
    job.clusters = clusters;
    job.random.seed(schedule_seed() + index);
    unsigned x = index % columns * width, y = index / columns % dim.y, z = index / columns / dim.y;
    if (clusters) fill_union(job, x, y, z, memory_cores);
    else job.cores.push_back(make_core(0, dim, x, y, z, -1, int(x % options.cores_per_cluster)));
    begin_job_memory();
    run_job(job, kernel.name, task);
    if (job.abandoned) return;
    charge(job, clusters);
  }
  launch_done();
}

} // namespace xpiler_sim

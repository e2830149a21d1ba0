#include "schedule.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <pthread.h>

#include "counts.h"
#include "faults.h"
#include "findings.h"
#include "job.h"
#include "memory.h"
#include "options.h"
#include "processes.h"
#include "stamps.h"
#include "trace.h"

namespace xpiler_sim {
namespace {

thread_local Core *this_core = nullptr;
std::string kernel_name;
std::mutex baton;
Job *job = nullptr;
unsigned chosen_seed = xpiler_sim_options.seed;

/// The next core to run: in order of slots from the running one, or at random where a seed was given.
Core *choose() {
  std::vector<Core *> ready;
  for (auto &core : job->cores)
    if (core->state == State::ready) ready.push_back(core.get());
  if (ready.empty()) return nullptr;
  if (schedule_seed()) return ready[job->random() % ready.size()];
  int here = this_core ? this_core->slot : -1;
  for (Core *core : ready)
    if (core->slot > here) return core;
  return ready.front();
}

void report_deadlock() {
  Core *stuck = nullptr;
  std::string finished, waiting;
  for (auto &core : job->cores) {
    if (core->state == State::done) finished += (finished.empty() ? "" : ", ") + std::to_string(core->task);
    if (core->state != State::waiting) continue;
    if (!stuck) stuck = core.get();
    waiting +=
        (waiting.empty() ? "" : ", ") + text("task %d in %s at line %d", core->task, core->waiting_at.name, core->waiting_at.at.line);
  }
  std::string ended = finished.empty() ? "no task has ended" : "ended: task " + finished;
  report("missed-barrier", stuck->waiting_at, "", "not every core reaches this barrier; waiting: " + waiting.substr(0, 300) + "; " + ended);
}

/// Gives the baton away and comes back when it is this core's turn again (at once, if no other can run).
void pass_on(std::unique_lock<std::mutex> &held) {
  Core *next = choose();
  if (!next && this_core && this_core->state == State::waiting) {
    report_deadlock();
    abandon_launch();
    next = choose();
  }
  if (next == this_core) return;
  if (this_core) this_core->has_baton = false;
  if (next) next->has_baton = true, next->turn.notify_one();
  else job->finished.notify_one();
  if (this_core && this_core->state != State::done) this_core->turn.wait(held, [] { return this_core->has_baton; });
}

void block_until_ready(const Call &call) {
  std::unique_lock<std::mutex> held(baton);
  this_core->state = State::waiting;
  this_core->waiting_at = call;
  count_wait();
  pass_on(held);
  held.unlock();
  if (job->abandoned) throw Abandoned();
}

bool takes_part(const Core &core, const Core &caller, Barrier kind) {
  bool one_cluster = kind == Barrier::cluster || kind == Barrier::cluster_ipu;
  if (one_cluster && core.cluster != caller.cluster) return false;
  if (kind == Barrier::all_ipu || kind == Barrier::cluster_ipu) return !core.is_memory_core;
  return kind != Barrier::all_mpu || core.is_memory_core;
}

int group_of(const Core &core, Barrier kind) { return kind == Barrier::cluster || kind == Barrier::cluster_ipu ? core.cluster : -1; }

void refresh_stamp(Core &core) {
  core.stamp = stamp_of({core.agent(), core.cluster, job->number, job->all_epoch, job->cluster_epoch[core.cluster], core.segment});
}

void release(Barrier kind, Core &caller) {
  if (group_of(caller, kind) < 0) job->all_epoch++;
  else job->cluster_epoch[caller.cluster]++;
  if (tracing) trace_event(caller.waiting_at.name ? caller.waiting_at : Call{"barrier", {}}, " opens");
  std::vector<Clock *> clocks;
  for (auto &core : job->cores) {
    if (!takes_part(*core, caller, kind)) continue;
    core->state = State::ready;
    refresh_stamp(*core);
    clocks.push_back(&core->cycles);
  }
  meet(clocks);
}

void run_core(Core &core, const std::function<void()> &task) {
  this_core = &core;
  pthread_attr_t attributes;
  void *low;
  std::size_t size;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstack(&attributes, &low, &size);
  pthread_attr_destroy(&attributes);
  core.stack_low = static_cast<char *>(low), core.stack_high = core.stack_low + size;
  {
    std::unique_lock<std::mutex> held(baton);
    core.turn.wait(held, [&] { return core.has_baton; });
  }
  job->set_indices(core);
  catch_faults();
  try {
    if (!job->abandoned) task(), drain(core, true, true), finish_all();
  } catch (const Abandoned &) {
  }
  std::unique_lock<std::mutex> held(baton);
  core.state = State::done;
  Core *next = choose();
  if (!next && std::any_of(job->cores.begin(), job->cores.end(), [](auto &c) { return c->state == State::waiting; }))
    report_deadlock(), abandon_launch(), next = choose();
  if (next) next->has_baton = true, next->turn.notify_one();
  else job->finished.notify_one();
}

} // namespace

void abandon_launch() {
  job->abandoned = true;
  for (auto &core : job->cores)
    if (core->state == State::waiting) core->state = State::ready;
}

unsigned schedule_seed() { return chosen_seed; }
Core *self() { return this_core; }
const std::string &running_kernel() { return kernel_name; }
int running_task() { return this_core ? this_core->task : -1; }
void begin_kernel() {
  if (this_core) this_core->in_kernel = true;
}
bool on_memory_core() { return this_core && this_core->is_memory_core; }

void maybe_switch() {
  if (!this_core || !schedule_seed() || job->cores.size() == 1 || job->random() % 4) return;
  std::unique_lock<std::mutex> held(baton);
  pass_on(held);
  held.unlock();
  if (job->abandoned) throw Abandoned();
}

void barrier(const Call &call, Barrier kind) {
  count_instruction(call);
  if (!this_core) return;
  drain(*this_core, true, true);
  finish_all();
  if (this_core->cluster < 0) return; // Block: the core alone
  if (!takes_part(*this_core, *this_core, kind)) return;
  auto &arrived = job->arrivals[{int(kind), group_of(*this_core, kind)}];
  int expected = std::count_if(job->cores.begin(), job->cores.end(), [&](auto &c) { return takes_part(*c, *this_core, kind); });
  if (++arrived == expected) {
    arrived = 0;
    release(kind, *this_core);
    maybe_switch();
    return;
  }
  block_until_ready(call);
}

void barrier_arrive(const Call &call, Barrier kind, int id, int count) {
  count_instruction(call);
  if (!this_core || this_core->cluster < 0) return;
  if (count <= 1) report("bad-argument", call, "", text("count is %d, expected more than 1", count));
  if (id < 0 || id > 32767) report("bad-argument", call, "", text("id is %d, expected 0 to 32767", id));
  drain(*this_core, true, true);
  double &last = job->split_moment[{int(kind), group_of(*this_core, kind), id}];
  last = std::max(last, finish_all());
  auto &split = job->splits[{int(kind), group_of(*this_core, kind), id}];
  if (++split < count) return;
  split = 0;
  job->split_generation[{int(kind), group_of(*this_core, kind), id}]++;
  release_split(kind, id);
}

void barrier_wait(const Call &call, Barrier kind, int id, int) {
  count_instruction(call);
  if (!this_core || this_core->cluster < 0) return;
  auto key = std::make_tuple(int(kind), group_of(*this_core, kind), id);
  int &seen = job->split_seen[{this_core->slot, std::get<0>(key), std::get<1>(key), id}];
  while (job->split_generation[key] <= seen) {
    job->split_waiters[key].push_back(this_core);
    block_until_ready(call);
  }
  seen++;
  wait_until(job->split_moment[key]);
  (group_of(*this_core, kind) < 0 ? job->all_epoch : job->cluster_epoch[this_core->cluster])++;
  refresh_stamp(*this_core);
}

void release_split(Barrier kind, int id) {
  auto &waiters = job->split_waiters[{int(kind), group_of(*this_core, kind), id}];
  for (Core *core : waiters) core->state = State::ready;
  waiters.clear();
}

void lock(const Call &call, int id0, int) {
  count_instruction(call);
  if (!this_core) return;
  note_communication();
  while (job->locks.count(id0)) {
    job->lock_waiters[id0].push_back(this_core);
    block_until_ready(call);
  }
  job->locks[id0] = this_core->slot;
  wait_until(job->lock_moment[id0]);
  learn_from_lock(*this_core, id0);
}

void unlock(const Call &call, int id0, int) {
  count_instruction(call);
  if (!this_core) return;
  auto held = job->locks.find(id0);
  if (held == job->locks.end() || held->second != this_core->slot)
    return report("bad-argument", call, "", text("lock %d is not held by this core", id0));
  job->locks.erase(held);
  drain(*this_core, true, true);
  job->lock_moment[id0] = finish_all();
  leave_in_lock(*this_core, id0);
  refresh_stamp(*this_core);
  for (Core *core : job->lock_waiters[id0]) core->state = State::ready;
  job->lock_waiters[id0].clear();
}

void run_job(Job &current, const std::string &kernel, const std::function<void()> &task) {
  job = &current;
  kernel_name = kernel;
  for (auto &core : current.cores) {
    begin_task_memory(core->slot);
    refresh_stamp(*core);
    core->thread = std::thread([&core = *core, &task] { run_core(core, task); });
  }
  {
    std::unique_lock<std::mutex> held(baton);
    Core *first = choose();
    first->has_baton = true;
    first->turn.notify_one();
    current.finished.wait(held, [&] {
      return std::all_of(current.cores.begin(), current.cores.end(), [](auto &core) { return core->state == State::done; });
    });
  }
  for (auto &core : current.cores) core->thread.join();
}

} // namespace xpiler_sim

extern "C" void xpiler_sim_schedule(unsigned seed) { xpiler_sim::chosen_seed = seed; }

// Tasks on cores: one thread a core, one running at a time, passing a baton at barriers in an order the seed decides.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "cycles.h"
#include "xpiler_sim/call.h"
#include "xpiler_sim/copy.h"
#include "xpiler_sim/host.h"

namespace xpiler_sim {

/// A run of equal segments; what one side of a pending copy touches.
struct Region {
  const char *base = nullptr;
  std::size_t size = 0;
  Walk walk;
  bool meets(const char *first, const char *last) const;
};

/// An async copy that was issued and has not been synchronised.
struct Pending {
  Call call;
  Queue queue;
  Region reads, writes;
  std::function<void()> perform;
};

enum class State { ready, waiting, done };

/// Queues an async operation of the running core; false where it is to happen now (on the host, in the compute queue, or by option).
bool defer(Pending pending);

/// One core at work on one task.
struct Core {
  int slot = 0, cluster = -1, id = 0; // id: coreId, 0x80 on the memory core
  int task = 0, task_x = 0, task_y = 0, task_z = 0;
  bool is_memory_core = false;
  bool in_kernel = false; // and no longer in the launch that hands it its arguments
  State state = State::ready;
  Call waiting_at{};
  std::list<Pending> pending;
  Clock cycles;
  std::uint32_t stamp = 0;
  unsigned segment = 0;          // locks given back
  std::map<int, unsigned> clock; // how far others had come when a lock of theirs was taken
  /// Tells the memory core of a cluster from the task whose number it has.
  int agent() const { return 2 * task + is_memory_core; }
  std::condition_variable turn;
  bool has_baton = false;
  std::thread thread;
  char *stack_low = nullptr, *stack_high = nullptr;
};

/// The running core, or null on the host.
Core *self();
const std::string &running_kernel();
int running_task();

/// Thrown through a task whose launch cannot go on.
struct Abandoned {};

/// Lets every waiting core of the launch go, to be thrown out.
void abandon_launch();

/// Performs the pending copies of the queues, in order of issue.
void drain(Core &core, bool io, bool move);

/// Who accessed when: `ordered` says that a barrier (or program order) lies between an old access and now.
std::uint32_t stamp_now();
bool ordered(std::uint32_t earlier, std::uint32_t now);
std::uint32_t joined(std::uint32_t earlier, std::uint32_t now);
int agent_of(std::uint32_t stamp);
bool current(std::uint32_t stamp);

/// Order of tasks and cores: 0 is natural, another seed shuffles.
unsigned schedule_seed();
/// Lets another core run, where the seed says so.
void maybe_switch();

} // namespace xpiler_sim

// The runtime's own picture of a running grid: fibers, warps, the block, and who records findings.
// Included by the runtime's files only; a kernel never sees it.
#pragma once
#include <string>
#include <vector>

#include "../include/xpiler_simt/execution.h"
#include "counts.h"
#include "trace.h"

namespace xpiler_simt {

enum class State : unsigned char { ready, at_barrier, at_collective, at_grid_barrier, finished };

struct Warp;

/// One thread of the block: a fiber with its own stack, and what it waits for.
struct Thread {
  void *stack_pointer = nullptr;
  char *stack = nullptr;
  uint3 index{};
  unsigned linear = 0, lane = 0;
  Warp *warp = nullptr;
  State state = State::ready;
  const void *place = nullptr;    // return address of the operation it waits in
  std::size_t depth = 0;          // bytes of stack in use there: tells calling contexts apart
  unsigned barrier = 0, site = 0; // which of the barriers of its line
  Reduce reduce = Reduce::none;
  int predicate = 0, reduced = 0;
  lane_mask mask = 0;
  WarpWork work = nullptr;
  void *payload = nullptr;
  const char *kind = ""; // what the warp operation is called
  bool orders_memory = false;
  bool left_early = false; // returned from a function on purpose, and met no barrier since
  std::uint32_t warp_sync_time = 0, acquired_time = 0;
};

struct Warp {
  Thread *lanes[warp_width];
  lane_mask live = 0;   // lanes that exist and have not exited
  unsigned running = 0; // lanes that wait for nothing
};

struct Barrier {
  unsigned expected = 0, arrived = 0;
};

/// The block being run. Blocks run one after the other, so there is one of these in a process (and those that wait
/// for their grid, grid_barrier.cpp).
struct Block {
  const char *kernel = nullptr;
  uint3 index{};
  LaunchShape shape;
  ThreadBody body = nullptr;
  void *context = nullptr; // parameter memory
  std::size_t context_bytes = 0;
  std::vector<Thread> threads;
  std::vector<Warp> warps;
  std::vector<Thread *> ready;
  std::size_t next_ready = 0;
  unsigned live = 0, at_grid_barrier = 0;
  Barrier barriers[16];
  std::uint32_t launch_time = 0; // what the grid did before then is ordered: its launch, or its last barrier
  std::uint32_t birth_time = 0;  // shared memory begins anew
  std::uint32_t start_time = 0, barrier_time = 0;
  bool acquired = false;        // an atomic operation has met one of an earlier block
  std::uint64_t idle_turns = 0; // threads that looked for something and found nothing, since one did anything else
};

extern Block block;
extern Thread *running;    // null while host code runs
extern std::uint32_t now;  // ticks at every synchronisation
extern bool launch_failed; // set by abandon_launch

/// Runs the block of this number in the grid.
void run_block_at(std::uint64_t number);

/// Leaves the running grid for good: no other thread of it runs again.
[[noreturn]] void abandon_launch();

/// Runs the threads of `block` that can run, until all have ended, wait for the grid, or only poll.
void run_ready_threads();
/// Whether threads of `block` do nothing but look for what another block is to do.
bool only_polling();
/// A thread looked at memory that others change: now and then the others have their turn.
void look_again(const void *place);
/// A thread waits for memory to change, at `place` of the code.
void yield_at(const void *place);
/// A thread did something that others may have looked for.
void note_progress();
extern std::uint64_t progress; // how often
/// Whether there are stacks for one more block beside those that wait.
bool room_for_another_block(std::size_t threads);
void make_ready(Thread *thread);
/// The same for a thread of a block that was set aside.
void make_ready_in(Block &waiting, Thread *thread);

// --- grid_barrier.cpp ---
/// Sets the running block aside where its threads wait for the grid.
void park_block();
/// Lets the blocks that were set aside go on, in turn, until none waits.
void finish_parked_blocks();

/// Called when the block can go no further: says who waits for whom.
void report_stuck_block();
void check_barrier_places();

// --- memory (memory.cpp, shared_memory.cpp) ---
void begin_block_memory();
void forget_async_copies();
bool in_stacks(const void *address);

// --- findings (findings.cpp) ---
struct Finding {
  std::string kind, message, buffer;
  const void *place;
  std::string kernel = ""; // where no thread of it runs yet
};
void record(const Finding &finding);
/// Where the lanes wait whose warp operation is computed just now; else null.
extern const void *collective_place;
[[noreturn]] void trap_at(const char *message, const void *place);
void record_for(const Finding &finding, const Thread *thread);

/// Whether strict mode has a finding for an access that covers `address`, made just now.
bool just_reported(const void *address);
void note_reported(const void *address, std::size_t bytes);

/// Order of threads and blocks: 0 is natural, another seed shuffles.
unsigned schedule_seed();

} // namespace xpiler_simt

// Blocks that wait for other blocks, at a barrier of the whole grid or by looking at memory: a block that can do nothing
// else is set aside with its shared memory, and goes on when the others have run.
#include <algorithm>
#include <list>
#include <string>

#include "machine.h"
#include "processes.h"
#include "shared_memory.h"
#include "watch.h"

namespace xpiler_simt {

struct ParkedBlock {
  Block block;
  std::vector<char> memory, shadow;
};
static std::list<ParkedBlock> parked;

/// The launch ends with a finding at the first thread that waits.
static void report_waiting(const std::string &message) {
  launch_failed = true;
  for (const Thread &t : parked.front().block.threads)
    if (t.state != State::finished) return record_for({"missed-barrier", message, "", t.place}, &t);
}

static std::string stuck_grid(std::uint64_t ended) {
  return "the grid is stuck: " + std::to_string(parked.size()) + " blocks wait for it, " + std::to_string(ended) + " have ended";
}

void park_block() {
  if (launch_failed) return;
  note_communication();
  parked.emplace_back();
  ParkedBlock &mine = parked.back();
  mine.memory = saved_shared_memory();
  mine.shadow = watch_saved_shadow();
  mine.block = std::move(block); // its threads and warps stay where they are: the fibers hold pointers to them
  if (room_for_another_block(mine.block.threads.size())) return;
  report_waiting("more blocks wait for others than the device holds at once");
}

static void resume_block(ParkedBlock &waiting) {
  std::swap(block, waiting.block);
  restore_shared_memory(waiting.memory);
  watch_restore_shadow(waiting.shadow);
  block.acquired = true; // it goes on because of what others did
  run_ready_threads();
  if (block.live) park_block();
}

static bool at_grid_barrier(const ParkedBlock &waiting) { return waiting.block.at_grid_barrier == waiting.block.live; }

static void open_grid_barrier(Block &waiting, std::uint32_t barrier_time) {
  waiting.launch_time = barrier_time;
  waiting.at_grid_barrier = 0;
  waiting.ready.clear();
  waiting.next_ready = 0;
}

/// Every block is there: they go on one after the other.
static void pass_grid_barrier(std::list<ParkedBlock> &arrived) {
  const std::uint32_t barrier_time = ++now;
  for (ParkedBlock &waiting : arrived) open_grid_barrier(waiting.block, barrier_time);
  for (ParkedBlock &waiting : arrived) {
    for (Thread &t : waiting.block.threads)
      if (t.state == State::at_grid_barrier) make_ready_in(waiting.block, &t);
    if (!launch_failed) resume_block(waiting);
  }
}

/// Blocks that look for what another one is to do have their turn; those that wait for the grid stay.
static void resume_polling(std::list<ParkedBlock> &arrived) {
  for (auto waiting = arrived.begin(); waiting != arrived.end() && !launch_failed;) {
    auto mine = waiting++;
    if (at_grid_barrier(*mine)) parked.splice(parked.end(), arrived, mine);
    else resume_block(*mine);
  }
}

constexpr int idle_rounds = 16; // in which nobody did anything: nobody ever will

void finish_parked_blocks() {
  const std::uint64_t blocks = std::uint64_t(gridDim.x) * gridDim.y * gridDim.z;
  for (int idle = 0; !parked.empty() && !launch_failed;) {
    const bool all_meet = std::all_of(parked.begin(), parked.end(), at_grid_barrier);
    const std::uint64_t before = progress;
    if (all_meet && parked.size() != blocks) report_waiting(stuck_grid(blocks - parked.size()));
    else if (idle == idle_rounds) report_waiting("blocks wait for each other, or for what nobody writes");
    if (launch_failed) break;
    std::list<ParkedBlock> arrived;
    std::swap(arrived, parked);
    all_meet ? pass_grid_barrier(arrived) : resume_polling(arrived);
    idle = progress == before ? idle + 1 : 0;
  }
  parked.clear();
}

} // namespace xpiler_simt

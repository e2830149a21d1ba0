// A barrier of the whole grid: a block whose threads all wait for it is set aside with its shared memory, the next
// one runs, and when every block is there they go on one after the other.
#include <list>

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

void park_block() {
  if (launch_failed) return;
  note_communication();
  parked.emplace_back();
  ParkedBlock &mine = parked.back();
  mine.memory = saved_shared_memory();
  mine.shadow = watch_saved_shadow();
  mine.block = std::move(block); // its threads and warps stay where they are: the fibers hold pointers to them
}

static void resume_block(ParkedBlock &waiting, std::uint32_t barrier_time) {
  std::swap(block, waiting.block);
  block.launch_time = barrier_time;
  restore_shared_memory(waiting.memory);
  watch_restore_shadow(waiting.shadow);
  block.at_grid_barrier = 0;
  block.ready.clear();
  block.next_ready = 0;
  for (Thread &t : block.threads)
    if (t.state == State::at_grid_barrier) make_ready(&t);
  run_ready_threads();
  if (block.live) park_block();
}

static void report_missing_blocks(std::uint64_t blocks, std::uint64_t waiting) {
  for (const Thread &t : parked.front().block.threads)
    if (t.state == State::at_grid_barrier)
      return record_for({"missed-barrier",
                         "the grid is stuck: " + std::to_string(waiting) + " blocks wait for it, " + std::to_string(blocks - waiting) +
                             " have ended",
                         "", t.place},
                        &t);
}

void finish_parked_blocks() {
  const std::uint64_t blocks = std::uint64_t(gridDim.x) * gridDim.y * gridDim.z;
  while (!parked.empty() && !launch_failed) {
    std::list<ParkedBlock> arrived;
    if (parked.size() != blocks) {
      report_missing_blocks(blocks, parked.size());
      launch_failed = true;
    }
    std::swap(arrived, parked);
    const std::uint32_t barrier_time = ++now;
    for (auto waiting = arrived.begin(); waiting != arrived.end() && !launch_failed; waiting = arrived.erase(waiting))
      resume_block(*waiting, barrier_time);
  }
  parked.clear();
}

} // namespace xpiler_simt

// Runs a grid: blocks one after the other, the threads of a block as fibers that leave the
// processor only where they wait. A warp operation completes when its lanes are there; one without
// a mask completes when no lane of the warp can run, for the lanes that wait at the same place.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <numeric>

#include "faults.h"
#include "fibers.h"
#include "limits.h"
#include "machine.h"
#include "processes.h"
#include "transfers.h"
#include "watch.h"

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

namespace xpiler_simt {

Block block;
Thread *running = nullptr;
std::uint32_t now = 1;
bool launch_failed = false;
std::uint64_t progress = 0;

static void *scheduler_context = nullptr;
static std::vector<char *> free_stacks;
static unsigned stacks_made = 0;
static std::uint64_t shuffle_state = 0;

static char *take_stack() {
  if (free_stacks.empty()) return fiber_stack(stacks_made++);
  char *stack = free_stacks.back();
  free_stacks.pop_back();
  return stack;
}

static unsigned random_below(unsigned bound) {
  shuffle_state = shuffle_state * 6364136223846793005ull + 1442695040888963407ull;
  return unsigned((shuffle_state >> 33) % bound);
}

template <class T>
static void shuffle_order(std::vector<T> &items) {
  if (!schedule_seed()) return;
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random_below(i)]);
}

// --- switching -------------------------------------------------------------------------------

void make_ready_in(Block &waiting, Thread *thread) {
  thread->state = State::ready;
  note_progress();
  ++thread->warp->running;
  waiting.ready.push_back(thread);
}

void make_ready(Thread *thread) { make_ready_in(block, thread); }

static void leave_processor() { xpiler_simt_switch(&running->stack_pointer, scheduler_context); }

void abandon_launch() {
  launch_failed = true;
  collective_place = nullptr;
  void *ignored;
  xpiler_simt_switch(&ignored, scheduler_context);
  __builtin_unreachable();
}

void yield() { yield_at(__builtin_return_address(0)); }

void yield_at(const void *place) {
  if (!running) return;
  ++block.idle_turns;
  running->place = place;
  block.ready.push_back(running);
  leave_processor();
}

void look_again(const void *place) {
  static unsigned looks = 0;
  if (++looks % 64 == 0) yield_at(place);
}

void note_progress() {
  ++progress;
  block.idle_turns = 0;
}

// --- barriers --------------------------------------------------------------------------------

static int reduce_predicates(unsigned id) {
  int count = 0, live = 0;
  Reduce reduce = Reduce::none;
  for (Thread &t : block.threads)
    if (t.state == State::at_barrier && t.barrier == id) {
      ++live;
      count += t.predicate != 0;
      reduce = t.reduce;
    }
  return reduce == Reduce::all ? count == live : reduce == Reduce::any ? count != 0 : count;
}

static void release_barrier(unsigned id) {
  int reduced = reduce_predicates(id);
  block.barriers[id] = {};
  if (tracing) trace_event(nullptr, "barrier " + std::to_string(id) + " opens");
  if (id == 0) check_barrier_places();
  std::size_t first = block.ready.size();
  for (Thread &t : block.threads)
    if (t.state == State::at_barrier && t.barrier == id) {
      t.reduced = reduced;
      make_ready(&t);
    }
  ++now;
  block.barrier_time = now;
  if (schedule_seed())
    for (std::size_t i = block.ready.size(); i > first + 1; --i)
      std::swap(block.ready[i - 1], block.ready[first + random_below(i - first)]);
}

static bool barrier_complete(unsigned id) {
  const Barrier &barrier = block.barriers[id];
  return barrier.arrived && barrier.arrived >= (barrier.expected ? barrier.expected : block.live);
}

static void settle_warp(Warp *warp);

void grid_barrier() {
  Thread *self = running;
  ++counts.barriers;
  count_kind("grid barrier");
  if (!block.shape.cooperative)
    record({"launch", "the grid is synchronised in a launch that is not cooperative", "", __builtin_return_address(0)});
  self->place = __builtin_return_address(0);
  self->state = State::at_grid_barrier;
  --self->warp->running;
  ++block.at_grid_barrier;
  if (self->warp->running == 0) settle_warp(self->warp);
  leave_processor();
}

bool cooperative_launch() { return block.shape.cooperative; }

void note_site(unsigned site) {
  if (running) running->site = site;
}

void note_early_return() {
  if (running) running->left_early = true;
}

int block_barrier(unsigned id, unsigned expected, bool wait, Reduce reduce, int predicate) {
  Thread *self = running;
  self->left_early = false;
  ++counts.barriers;
  count_kind(wait ? "barrier" : "barrier arrive");
  Barrier &barrier = block.barriers[id & 15];
  barrier.expected = expected;
  ++barrier.arrived;
  if (!wait) {
    if (barrier_complete(id & 15)) release_barrier(id & 15);
    return 0;
  }
  self->place = __builtin_return_address(0);
  self->barrier = id & 15;
  self->reduce = reduce;
  self->predicate = predicate;
  self->state = State::at_barrier;
  --self->warp->running;
  if (barrier_complete(id & 15)) release_barrier(id & 15);
  if (self->warp->running == 0) settle_warp(self->warp);
  ++counts.barrier_waits;
  leave_processor();
  return self->reduced;
}

// --- warp operations -------------------------------------------------------------------------

const void *collective_place = nullptr;

static void trace_collective(const char *kind, lane_mask lanes) {
  char mask[20];
  std::snprintf(mask, sizeof mask, "%llx", (unsigned long long)lanes);
  trace_event(running->place, std::string(kind) + " of lanes " + mask);
}

static void complete(Warp *warp, lane_mask lanes) {
  const char *kind = "";
  void *payloads[warp_width] = {};
  WarpWork work = nullptr;
  bool orders = false;
  for (unsigned lane = 0; lane < warp_width; ++lane)
    if (lanes >> lane & 1) {
      payloads[lane] = warp->lanes[lane]->payload;
      work = warp->lanes[lane]->work;
      kind = warp->lanes[lane]->kind;
      collective_place = warp->lanes[lane]->place;
      orders |= warp->lanes[lane]->orders_memory;
    }
  ++counts.collectives;
  count_kind(kind);
  if (tracing) trace_collective(kind, lanes);
  work(payloads, lanes);
  collective_place = nullptr;
  if (orders) ++now;
  for (unsigned lane = 0; lane < warp_width; ++lane)
    if (lanes >> lane & 1) {
      if (orders) warp->lanes[lane]->warp_sync_time = now;
      make_ready(warp->lanes[lane]);
    }
}

/// Lanes that wait for the same masked operation as `sample`.
static lane_mask gathered(const Warp *warp, const Thread *sample) {
  lane_mask lanes = 0;
  for (unsigned lane = 0; lane < warp_width; ++lane) {
    const Thread *t = warp->lanes[lane];
    if (t && t->state == State::at_collective && t->mask == sample->mask && t->work == sample->work) lanes |= lane_mask(1) << lane;
  }
  return lanes;
}

static bool complete_if_gathered(Warp *warp, const Thread *sample) {
  lane_mask lanes = gathered(warp, sample);
  if ((sample->mask & warp->live) & ~lanes) return false;
  complete(warp, lanes);
  return true;
}

/// Orders waiting places as the code runs: callees before callers, lower addresses first.
static bool earlier(const Thread *a, const Thread *b) {
  if (a->depth != b->depth) return a->depth > b->depth;
  return a->place < b->place;
}

/// No lane of the warp can run: the lanes without a mask that wait at the earliest place go on.
static void settle_warp(Warp *warp) {
  const Thread *first = nullptr;
  for (Thread *t : warp->lanes)
    if (t && t->state == State::at_collective && t->mask == 0 && (!first || earlier(t, first))) first = t;
  if (!first) return;
  lane_mask lanes = 0;
  for (unsigned lane = 0; lane < warp_width; ++lane) {
    const Thread *t = warp->lanes[lane];
    if (t && t->state == State::at_collective && t->mask == 0 && t->work == first->work && t->place == first->place &&
        t->depth == first->depth)
      lanes |= lane_mask(1) << lane;
  }
  complete(warp, lanes);
}

void warp_collective(lane_mask mask, WarpWork work, void *payload, const char *kind, bool orders_memory) {
  Thread *self = running;
  self->place = __builtin_return_address(0);
  self->depth = self->stack + stack_bytes - static_cast<char *>(__builtin_frame_address(0));
  self->work = work;
  self->payload = payload;
  self->kind = kind;
  self->orders_memory = orders_memory;
  self->mask = mask;
  if (mask && !(mask >> self->lane & 1)) {
    record({"lane-mask", "the calling lane is not in the mask it gives", "", self->place});
    self->mask = mask |= lane_mask(1) << self->lane;
  }
  self->state = State::at_collective;
  Warp *warp = self->warp;
  --warp->running;
  if (mask) complete_if_gathered(warp, self);
  if (warp->running == 0) settle_warp(warp);
  leave_processor();
}

unsigned lane_id() { return running ? running->lane : 0; }
unsigned warp_id() { return running ? running->linear / warp_width : 0; }
lane_mask existing_lanes() {
  lane_mask lanes = 0;
  for (unsigned lane = 0; lane < warp_width; ++lane)
    if (running->warp->lanes[lane]) lanes |= lane_mask(1) << lane;
  return lanes;
}

// --- a thread's life -------------------------------------------------------------------------

/// An exit can be what others waited for: barriers and masks count only threads that still live.
static void finish_thread() {
  Thread *self = running;
  Warp *warp = self->warp;
  self->state = State::finished;
  note_progress();
  --block.live;
  --warp->running;
  warp->live &= ~(lane_mask(1) << self->lane);
  free_stacks.push_back(self->stack);
  if (block.live && barrier_complete(0)) release_barrier(0);
  for (Thread *t : warp->lanes)
    if (t && t->state == State::at_collective && t->mask) complete_if_gathered(warp, t);
  if (warp->live && warp->running == 0) settle_warp(warp);
}

static void fiber_entry() {
  block.body(block.context);
  finish_thread();
  leave_processor();
  __builtin_unreachable();
}

static void start_block_threads() {
  unsigned count = block.shape.block.x * block.shape.block.y * block.shape.block.z;
  block.threads.assign(count, {});
  block.warps.assign((count + warp_width - 1) / warp_width, {});
  block.live = count;
  block.at_grid_barrier = 0;
  for (Barrier &barrier : block.barriers) barrier = {};
  block.ready.clear();
  block.next_ready = 0;
  for (unsigned i = 0; i < count; ++i) {
    Thread &t = block.threads[i];
    t.linear = i;
    t.index = {i % blockDim.x, i / blockDim.x % blockDim.y, i / (blockDim.x * blockDim.y)};
    t.lane = i % warp_width;
    t.warp = &block.warps[i / warp_width];
    t.warp->lanes[t.lane] = &t;
    t.warp->live |= lane_mask(1) << t.lane;
    ++t.warp->running;
    block.ready.push_back(&t);
  }
  shuffle_order(block.ready);
  counts.threads += count;
}

static void resume(Thread *thread) {
  if (!thread->stack) {
    thread->stack = take_stack();
    thread->stack_pointer = prepare_fiber(thread->stack, fiber_entry);
  }
  running = thread;
  threadIdx = thread->index;
  xpiler_simt_switch(&scheduler_context, thread->stack_pointer);
  watch_switch();
  running = nullptr;
}

constexpr std::uint64_t patience = 256; // turns of each thread

bool only_polling() { return block.idle_turns > patience * block.live; }

bool room_for_another_block(std::size_t threads) { return stacks_made - free_stacks.size() + threads <= stack_count; }

void run_ready_threads() {
  block.start_time = block.barrier_time = ++now;
  blockIdx = block.index;
  block.idle_turns = 0;
  while (block.live && !launch_failed && block.at_grid_barrier < block.live && !only_polling()) {
    if (block.next_ready == block.ready.size()) {
      report_stuck_block();
      launch_failed = true;
      break;
    }
    resume(block.ready[block.next_ready++]);
    if (block.next_ready > 4096 && block.next_ready * 2 > block.ready.size()) {
      block.ready.erase(block.ready.begin(), block.ready.begin() + block.next_ready);
      block.next_ready = 0;
    }
  }
}

static void run_block(uint3 index) {
  block.index = index;
  shuffle_state = schedule_seed() + (index.x + std::uint64_t(gridDim.x) * (index.y + std::uint64_t(gridDim.y) * index.z));
  start_block_threads();
  block.birth_time = ++now;
  block.acquired = false;
  begin_block_memory();
  forget_async_copies();
  ++counts.blocks;
  run_ready_threads();
  if (block.live) park_block();
}

void run_block_at(std::uint64_t number) {
  run_block({unsigned(number % gridDim.x), unsigned(number / gridDim.x % gridDim.y), unsigned(number / gridDim.x / gridDim.y)});
}

static void trace_launch(const char *kernel, const LaunchShape &s) {
  auto triple = [](dim3 d) { return std::to_string(d.x) + "," + std::to_string(d.y) + "," + std::to_string(d.z); };
  trace_event(nullptr, "launch " + std::string(kernel) + " grid " + triple(s.grid) + " block " + triple(s.block) + " shared " +
                           std::to_string(s.dynamic_shared_bytes));
}

static void reclaim_stacks() {
  free_stacks.clear();
  for (unsigned i = stacks_made; i-- > 0;) free_stacks.push_back(fiber_stack(i));
}

int run_grid(const char *kernel, const LaunchShape &shape, ThreadBody body, void *context, std::size_t context_bytes) {
  if (int error = launch_error(kernel, shape, __builtin_return_address(0))) return error;
  if (watching_transfers()) return 0;
  block.kernel = kernel;
  block.shape = shape;
  block.shape.cooperative = is_cooperative(shape);
  block.body = body;
  block.context = context;
  block.context_bytes = context_bytes;
  gridDim = shape.grid;
  blockDim = shape.block;
  block.launch_time = ++now;
  launch_failed = false;
  shuffle_state = schedule_seed();
  ++counts.launches;
  if (tracing) trace_launch(kernel, shape);
  FaultGuard guard;
  std::vector<std::uint64_t> order(std::uint64_t(shape.grid.x) * shape.grid.y * shape.grid.z);
  std::iota(order.begin(), order.end(), 0);
  shuffle_order(order);
  Spread spread(order.size());
  for (std::size_t i = 0; i < order.size() && !launch_failed; ++i) {
    if (spread.worth(i) && run_in_processes(order, i)) break;
    run_block_at(order[i]);
  }
  finish_parked_blocks();
  reclaim_stacks();
  if (launch_failed) note_launch_failure();
  return launch_failed ? launch_failure : 0;
}

} // namespace xpiler_simt

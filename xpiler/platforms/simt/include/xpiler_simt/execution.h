// What a simulated thread sees of the machine: its indices, and the doors into the runtime
// (launching, waiting, reporting). Nothing here is specific to CUDA or HIP.
#pragma once
#include <cstddef>
#include <cstdint>

#ifndef XPILER_SIMT_WARP
#define XPILER_SIMT_WARP 32
#endif
#define XPILER_SIMT_HIDDEN __attribute__((visibility("hidden")))
// Code that works on behalf of other threads: its accesses are not the kernel's.
#define XPILER_SIMT_UNWATCHED __attribute__((no_sanitize("thread")))
#define XPILER_SIMT_INLINE inline __attribute__((always_inline))

struct uint3 {
  unsigned x, y, z;
};

struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
  constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
  constexpr operator uint3() const { return {x, y, z}; }
};

// The indices of the running thread; the scheduler rewrites them whenever it switches threads.
extern XPILER_SIMT_HIDDEN uint3 threadIdx;
extern XPILER_SIMT_HIDDEN uint3 blockIdx;
extern XPILER_SIMT_HIDDEN dim3 blockDim;
extern XPILER_SIMT_HIDDEN dim3 gridDim;
static const int warpSize = XPILER_SIMT_WARP;

namespace xpiler_simt {

constexpr unsigned warp_width = XPILER_SIMT_WARP;
using lane_mask = std::uint64_t;
constexpr lane_mask every_lane = warp_width == 64 ? ~0ull : 0xffffffffull;

// --- launching -------------------------------------------------------------------------------

struct LaunchShape {
  dim3 grid, block;
  std::size_t dynamic_shared_bytes = 0;
  const void *function = nullptr; // the kernel's address, where the launch has one signature
  bool cooperative = false;       // all blocks are resident: they may wait for each other
};

/// Runs `body(context)` once for every thread of the grid; returns 0 or the launch's error code.
/// The context is the kernel's parameter memory: threads may read its `context_bytes`.
using ThreadBody = void (*)(void *context);
int run_grid(const char *kernel, const LaunchShape &shape, ThreadBody body, void *context, std::size_t context_bytes);

// --- waiting ---------------------------------------------------------------------------------

enum class Reduce { none, count, all, any };

/// Block barrier `id`. `expected` is the number of threads it waits for, 0 for all that have not
/// exited; with `wait` false the thread only arrives. Returns the reduction of the predicates.
int block_barrier(unsigned id, unsigned expected, bool wait, Reduce reduce, int predicate);

/// The running thread returns from a function on purpose: barriers behind it are not for it.
void note_early_return();
constexpr void leave_early() {
  if (!__builtin_is_constant_evaluated()) note_early_return();
}

/// Tells barriers that stand on one line apart: the thread is about to meet the `site`-th of its line.
void note_site(unsigned site);

/// Waits for every thread of the grid; a finding where the launch was not cooperative.
void grid_barrier();
bool cooperative_launch();

/// What a warp-wide operation computes once all its lanes are there: `payloads[lane]` for each
/// lane of `arrived`. It runs once, in the fiber of whichever lane came last.
using WarpWork = void (*)(void *const *payloads, lane_mask arrived);

/// Meets the other lanes of `mask` at an operation of the same `work`; a mask of 0 stands for the
/// lanes that are converged with this one. `order` says whether it also orders memory.
/// Counts and traces call it by its `kind`.
void warp_collective(lane_mask mask, WarpWork work, void *payload, const char *kind, bool orders_memory = false);

/// Position of the running thread in its warp, and the lanes of that warp that exist.
unsigned lane_id();
unsigned warp_id();
lane_mask existing_lanes();

/// Lets other threads run: spin loops on memory would otherwise never end.
void yield();

// --- memory ----------------------------------------------------------------------------------

/// Reserves a `__shared__` variable; the address is the same for every block of every launch.
void *reserve_shared(std::size_t bytes, std::size_t alignment, const char *name, const char *file, int line);
#if XPILER_SIMT_STRICT
/// An array in shared memory has rows of this many elements, through which a text may run as one.
void note_shared_row(std::size_t extent);
/// There are arrays of this type in shared memory; `pretty` is the name of a function made for it.
void note_shared_type(const char *pretty);
#else
inline void note_shared_row(std::size_t) {}
inline void note_shared_type(const char *) {}
#endif
void *dynamic_shared();
std::size_t dynamic_shared_size();
/// Shared memory has addresses of its own, of 32 bits; these go there and back.
std::uint32_t shared_address_of(const void *address);
void *at_shared_address(std::uint32_t address);

/// Compare-and-swap on the 1, 2, 4 or 8 bytes at `address`, checked like any other access.
bool compare_and_swap(void *address, unsigned bytes, std::uint64_t expected, std::uint64_t desired);
/// Counts an instruction of this name.
void count_kind(const char *kind);
std::uint64_t load_for_atomic(const void *address, unsigned bytes);

// --- findings --------------------------------------------------------------------------------

/// Records something wrong at the running thread's current place.
void report(const char *kind, const char *message);
[[noreturn]] void trap(const char *message);

} // namespace xpiler_simt

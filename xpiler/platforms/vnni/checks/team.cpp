// Teams: libgomp's own, entered through functions here whose names the text's calls are given (checked.py). A thread runs while it holds
// the turn, and gives it away where it waits (barriers, ends of loops, locks) and for each part of a dynamic loop.
#include <condition_variable>
#include <mutex>
#include <omp.h>
#include <pthread.h>

#include <algorithm>

#include "team.h"

namespace xpiler_checks {
namespace {

std::mutex mutex;
std::condition_variable changed;
std::uint64_t next_ticket = 0, served = 0;
int arrived = 0; // members of the team that have begun
std::uint32_t first_moment = 1, last_moment = 1;
thread_local Member own;
thread_local Member *inside = nullptr;

void find_stack(Member &thread, const char *frame) {
  pthread_attr_t attributes;
  void *low;
  std::size_t size;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstack(&attributes, &low, &size);
  pthread_attr_destroy(&attributes);
  thread.stack_low = static_cast<const char *>(low);
  // Frames above the region's belong to the code around it, which the team shares.
  thread.stack_high = thread.number ? thread.stack_low + size : frame;
}

/// The first turn of each member, in order of their numbers. Nobody begins before all are there: a fast one would take
/// every part of a dynamic loop.
void take_first_turn(int number, int members) {
  static std::uint64_t first_ticket;
  std::unique_lock<std::mutex> held(mutex);
  if (!arrived++) first_ticket = next_ticket, next_ticket += members;
  changed.notify_all();
  changed.wait(held, [=] { return arrived >= members && served == first_ticket + number; });
}

} // namespace

/// First come, first served.
void take_turn() {
  std::unique_lock<std::mutex> held(mutex);
  const std::uint64_t mine = next_ticket++;
  changed.wait(held, [mine] { return served == mine; });
}

void give_turn() {
  std::lock_guard<std::mutex> held(mutex);
  ++served;
  changed.notify_all();
}

Member *member() { return inside; }

void begin_region() {
  if (!inside) first_moment = last_moment + 1, arrived = 0;
}

void run_member(void *opaque) {
  const Region &region = *static_cast<Region *>(opaque);
  if (inside || omp_get_num_threads() == 1) return region.body(region.data);
  own = {omp_get_thread_num(), first_moment, 0, nullptr, nullptr};
  find_stack(own, static_cast<const char *>(__builtin_frame_address(0)));
  take_first_turn(own.number, omp_get_num_threads());
  inside = &own;
  region.body(region.data);
  inside = nullptr;
  last_moment = std::max(last_moment, own.moment);
  give_turn();
}

} // namespace xpiler_checks

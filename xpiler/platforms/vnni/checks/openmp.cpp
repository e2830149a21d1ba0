// What the text calls of OpenMP, under the names that checked.py gives it.
#include <omp.h>

#include <cstdlib>

#include "team.h"

namespace xpiler_checks {
namespace {

Locks bit_of(const void *lock) { return Locks(1 << (1 + reinterpret_cast<std::uintptr_t>(lock) / 8 % 6)); }
void locked(Locks lock) {
  if (member()) member()->locks |= lock;
}
void unlocked(Locks lock) {
  if (member()) member()->locks &= ~lock;
}

__attribute__((constructor)) void choose_team_size() { omp_set_num_threads(team_size); }

} // namespace
} // namespace xpiler_checks

using namespace xpiler_checks;
using Body = void (*)(void *);

extern "C" {
void GOMP_parallel(Body, void *, unsigned, unsigned);
void checked_GOMP_parallel(Body body, void *data, unsigned threads, unsigned flags) {
  in_team(body, data, [&](Body b, void *d) { GOMP_parallel(b, d, size_of_team(threads), flags); });
}
void GOMP_parallel_sections(Body, void *, unsigned, unsigned, unsigned);
void checked_GOMP_parallel_sections(Body body, void *data, unsigned threads, unsigned count, unsigned flags) {
  in_team(body, data, [&](Body b, void *d) { GOMP_parallel_sections(b, d, size_of_team(threads), count, flags); });
}

#define XPILER_PARALLEL_LOOP(name) \
  void GOMP_parallel_loop_##name(Body, void *, unsigned, long, long, long, long, unsigned); \
  void checked_GOMP_parallel_loop_##name(Body body, void *data, unsigned threads, long from, long to, long step, long part, \
                                         unsigned flags) { \
    in_team(body, data, [&](Body b, void *d) { GOMP_parallel_loop_##name(b, d, size_of_team(threads), from, to, step, part, flags); }); \
  }
XPILER_PARALLEL_LOOP(dynamic)
XPILER_PARALLEL_LOOP(guided)
XPILER_PARALLEL_LOOP(nonmonotonic_dynamic)
XPILER_PARALLEL_LOOP(nonmonotonic_guided)
#define XPILER_PARALLEL_RUNTIME(name) \
  void GOMP_parallel_loop_##name(Body, void *, unsigned, long, long, long, unsigned); \
  void checked_GOMP_parallel_loop_##name(Body body, void *data, unsigned threads, long from, long to, long step, unsigned flags) { \
    in_team(body, data, [&](Body b, void *d) { GOMP_parallel_loop_##name(b, d, size_of_team(threads), from, to, step, flags); }); \
  }
XPILER_PARALLEL_RUNTIME(runtime)
XPILER_PARALLEL_RUNTIME(maybe_nonmonotonic_runtime)
XPILER_PARALLEL_RUNTIME(nonmonotonic_runtime)

#define XPILER_NEXT(name, T) \
  bool GOMP_##name(T *, T *); \
  bool checked_GOMP_##name(T *from, T *to) { \
    return dealt([&] { return GOMP_##name(from, to); }); \
  }
#define XPILER_NEXT_OF(kind) \
  XPILER_NEXT(loop_##kind##_next, long) \
  XPILER_NEXT(loop_ull_##kind##_next, unsigned long long)
XPILER_NEXT_OF(dynamic)
XPILER_NEXT_OF(guided)
XPILER_NEXT_OF(runtime)
XPILER_NEXT_OF(nonmonotonic_dynamic)
XPILER_NEXT_OF(nonmonotonic_guided)
XPILER_NEXT_OF(nonmonotonic_runtime)
XPILER_NEXT_OF(maybe_nonmonotonic_runtime)
#define XPILER_START(name) \
  bool GOMP_loop_##name##_start(long, long, long, long, long *, long *); \
  bool checked_GOMP_loop_##name##_start(long first, long last, long step, long part, long *from, long *to) { \
    return dealt([&] { return GOMP_loop_##name##_start(first, last, step, part, from, to); }); \
  }
XPILER_START(dynamic)
XPILER_START(guided)
XPILER_START(nonmonotonic_dynamic)
XPILER_START(nonmonotonic_guided)
#define XPILER_START_RUNTIME(name) \
  bool GOMP_loop_##name##_start(long, long, long, long *, long *); \
  bool checked_GOMP_loop_##name##_start(long first, long last, long step, long *from, long *to) { \
    return dealt([&] { return GOMP_loop_##name##_start(first, last, step, from, to); }); \
  }
XPILER_START_RUNTIME(runtime)
XPILER_START_RUNTIME(nonmonotonic_runtime)
XPILER_START_RUNTIME(maybe_nonmonotonic_runtime)
unsigned GOMP_sections_start(unsigned);
unsigned checked_GOMP_sections_start(unsigned count) {
  return dealt([=] { return GOMP_sections_start(count); });
}
unsigned GOMP_sections_next();
unsigned checked_GOMP_sections_next() {
  return dealt([] { return GOMP_sections_next(); });
}

#define XPILER_MEETING(name) \
  void GOMP_##name(); \
  void checked_GOMP_##name() { \
    meeting([] { GOMP_##name(); }); \
  }
XPILER_MEETING(barrier)
XPILER_MEETING(loop_end)
XPILER_MEETING(sections_end)

void GOMP_critical_start();
void checked_GOMP_critical_start() {
  waiting([] { GOMP_critical_start(); }), locked(1);
}
void GOMP_critical_end();
void checked_GOMP_critical_end() { unlocked(1), GOMP_critical_end(); }
void GOMP_critical_name_start(void **);
void checked_GOMP_critical_name_start(void **name) {
  waiting([=] { GOMP_critical_name_start(name); }), locked(bit_of(name));
}
void GOMP_critical_name_end(void **);
void checked_GOMP_critical_name_end(void **name) { unlocked(bit_of(name)), GOMP_critical_name_end(name); }
void GOMP_atomic_start();
void checked_GOMP_atomic_start() {
  waiting([] { GOMP_atomic_start(); }), locked(atomic_lock);
}
void GOMP_atomic_end();
void checked_GOMP_atomic_end() { unlocked(atomic_lock), GOMP_atomic_end(); }
void checked_omp_set_lock(omp_lock_t *lock) {
  waiting([=] { omp_set_lock(lock); }), locked(bit_of(lock));
}
void checked_omp_unset_lock(omp_lock_t *lock) { unlocked(bit_of(lock)), omp_unset_lock(lock); }
}

// What the compiler makes of __atomic builtins and std::atomic in a kernel that is compiled with -fsanitize=thread, with
// the checks of any atomic operation. Threads are fibers of one processor, so plain loads and stores are indivisible.
#include <cstdint>

#include "machine.h"
#include "processes.h"
#include "shared_memory.h"
#include "watch.h"

using namespace xpiler_simt;

namespace {

template <class Word, class Update>
Word update(volatile void *address, Update next, const void *place) {
  auto *word = static_cast<Word *>(const_cast<void *>(address));
  ++counts.atomics;
  if (arena_offset(word) >= arena_bytes) note_communication();
  watch_atomic(word, sizeof(Word), true, place);
  Word old = *word;
  *word = next(old);
  if (*word != old) note_progress();
  return old;
}

template <class Word>
int compare_exchange(volatile void *address, Word *expected, Word desired, const void *place) {
  Word old = update<Word>(address, [&](Word now) { return now == *expected ? desired : now; }, place);
  bool same = old == *expected;
  *expected = old;
  if (!same) yield_at(place);
  return same;
}

} // namespace

#define XPILER_PLACE __builtin_return_address(0)
#define XPILER_FETCH(bits, name, expression) \
  extern "C" std::uint##bits##_t __tsan_atomic##bits##_##name(volatile std::uint##bits##_t *p, std::uint##bits##_t v, int) { \
    return update<std::uint##bits##_t>(p, [&](std::uint##bits##_t old) { return std::uint##bits##_t(expression); }, XPILER_PLACE); \
  }
#define XPILER_ATOMICS(bits) \
  extern "C" std::uint##bits##_t __tsan_atomic##bits##_load(const volatile std::uint##bits##_t *p, int) { \
    if (arena_offset(const_cast<const std::uint##bits##_t *>(p)) >= arena_bytes) note_communication(); \
    yield_at(XPILER_PLACE); \
    watch_atomic(const_cast<const std::uint##bits##_t *>(p), bits / 8, false, XPILER_PLACE); \
    return *p; \
  } \
  extern "C" void __tsan_atomic##bits##_store(volatile std::uint##bits##_t *p, std::uint##bits##_t v, int) { \
    update<std::uint##bits##_t>(p, [&](std::uint##bits##_t) { return v; }, XPILER_PLACE); \
  } \
  XPILER_FETCH(bits, exchange, ((void)old, v)) \
  XPILER_FETCH(bits, fetch_add, old + v) \
  XPILER_FETCH(bits, fetch_sub, old - v) \
  XPILER_FETCH(bits, fetch_and, old &v) \
  XPILER_FETCH(bits, fetch_or, old | v) \
  XPILER_FETCH(bits, fetch_xor, old ^ v) \
  XPILER_FETCH(bits, fetch_nand, ~(old & v)) \
  extern "C" int __tsan_atomic##bits##_compare_exchange_strong(volatile std::uint##bits##_t *p, std::uint##bits##_t *expected, \
                                                               std::uint##bits##_t desired, int, int) { \
    return compare_exchange(p, expected, desired, XPILER_PLACE); \
  } \
  extern "C" int __tsan_atomic##bits##_compare_exchange_weak(volatile std::uint##bits##_t *p, std::uint##bits##_t *expected, \
                                                             std::uint##bits##_t desired, int, int) { \
    return compare_exchange(p, expected, desired, XPILER_PLACE); \
  } \
  extern "C" std::uint##bits##_t __tsan_atomic##bits##_compare_exchange_val(volatile std::uint##bits##_t *p, std::uint##bits##_t expected, \
                                                                            std::uint##bits##_t desired, int, int) { \
    compare_exchange(p, &expected, desired, XPILER_PLACE); \
    return expected; \
  }
XPILER_ATOMICS(8)
XPILER_ATOMICS(16)
XPILER_ATOMICS(32)
XPILER_ATOMICS(64)
extern "C" void __tsan_atomic_thread_fence(int) { yield_at(XPILER_PLACE); }
extern "C" void __tsan_atomic_signal_fence(int) {}

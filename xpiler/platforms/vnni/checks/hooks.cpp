// What -fsanitize=thread calls, and the functions of the C library that move bytes.
#include <cstring>

#include "checks.h"

using namespace xpiler_checks;

#define XPILER_PLACE __builtin_return_address(0)
#define XPILER_HOOK(bytes) \
  void __tsan_read##bytes(void *p) { access(p, bytes, Access::read, 0, XPILER_PLACE); } \
  void __tsan_write##bytes(void *p) { access(p, bytes, Access::write, 0, XPILER_PLACE); } \
  void __tsan_unaligned_read##bytes(void *p) { access(p, bytes, Access::read, 0, XPILER_PLACE); } \
  void __tsan_unaligned_write##bytes(void *p) { access(p, bytes, Access::write, 0, XPILER_PLACE); }

namespace {

template <class Word, class Update>
Word update(volatile Word *p, Update next, const void *place) {
  auto *word = const_cast<Word *>(p);
  access(word, sizeof(Word), Access::read, atomic_lock, place);
  access(word, sizeof(Word), Access::write, atomic_lock, place);
  Word old = *word;
  *word = next(old);
  return old;
}

} // namespace

#define XPILER_FETCH(bits, name, expression) \
  std::uint##bits##_t __tsan_atomic##bits##_##name(volatile std::uint##bits##_t *p, std::uint##bits##_t v, int) { \
    return update<std::uint##bits##_t>(p, [&](std::uint##bits##_t old) { return std::uint##bits##_t(expression); }, XPILER_PLACE); \
  }
#define XPILER_EXCHANGE(bits, strength) \
  int __tsan_atomic##bits##_compare_exchange_##strength(volatile std::uint##bits##_t *p, std::uint##bits##_t *expected, \
                                                        std::uint##bits##_t desired, int, int) { \
    using Word = std::uint##bits##_t; \
    const Word wanted = *expected; \
    *expected = update<Word>(p, [&](Word old) { return old == wanted ? desired : old; }, XPILER_PLACE); \
    return *expected == wanted; \
  }
#define XPILER_ATOMICS(bits) \
  std::uint##bits##_t __tsan_atomic##bits##_load(const volatile std::uint##bits##_t *p, int) { \
    access(const_cast<const std::uint##bits##_t *>(p), bits / 8, Access::read, atomic_lock, XPILER_PLACE); \
    return *p; \
  } \
  void __tsan_atomic##bits##_store(volatile std::uint##bits##_t *p, std::uint##bits##_t v, int) { \
    access(const_cast<const std::uint##bits##_t *>(p), bits / 8, Access::write, atomic_lock, XPILER_PLACE); \
    *p = v; \
  } \
  XPILER_FETCH(bits, exchange, ((void)old, v)) \
  XPILER_FETCH(bits, fetch_add, old + v) \
  XPILER_FETCH(bits, fetch_sub, old - v) \
  XPILER_FETCH(bits, fetch_and, old &v) \
  XPILER_FETCH(bits, fetch_or, old | v) \
  XPILER_FETCH(bits, fetch_xor, old ^ v) \
  XPILER_FETCH(bits, fetch_nand, ~(old & v)) \
  XPILER_EXCHANGE(bits, strong) \
  XPILER_EXCHANGE(bits, weak) \
  std::uint##bits##_t __tsan_atomic##bits##_compare_exchange_val(volatile std::uint##bits##_t *p, std::uint##bits##_t expected, \
                                                                 std::uint##bits##_t desired, int, int) { \
    using Word = std::uint##bits##_t; \
    return update<Word>(p, [&](Word old) { return old == expected ? desired : old; }, XPILER_PLACE); \
  }

extern "C" {
XPILER_HOOK(1)
XPILER_HOOK(2)
XPILER_HOOK(4)
XPILER_HOOK(8)
XPILER_HOOK(16)
void __tsan_read_range(void *p, std::size_t n) { access(p, n, Access::read, 0, XPILER_PLACE); }
void __tsan_write_range(void *p, std::size_t n) { access(p, n, Access::write, 0, XPILER_PLACE); }
void __tsan_init() {}
void __tsan_func_entry(void *) {}
void __tsan_func_exit() {}
void __tsan_vptr_update(void **, void *) {}
void __tsan_vptr_read(void **) {}
XPILER_ATOMICS(8)
XPILER_ATOMICS(16)
XPILER_ATOMICS(32)
XPILER_ATOMICS(64)
void __tsan_atomic_thread_fence(int) {}
void __tsan_atomic_signal_fence(int) {}

void *checked_memset(void *to, int value, std::size_t bytes) {
  access(to, bytes, Access::write, 0, XPILER_PLACE);
  return std::memset(to, value, bytes);
}
#define XPILER_MOVE(name) \
  void *checked_##name(void *to, const void *from, std::size_t bytes) { \
    access(from, bytes, Access::read, 0, XPILER_PLACE); \
    access(to, bytes, Access::write, 0, XPILER_PLACE); \
    return std::name(to, from, bytes); \
  }
XPILER_MOVE(memcpy)
XPILER_MOVE(memmove)
}

// Atomic operations, with the checks any access gets.
#include <cstring>

#include "machine.h"
#include "processes.h"
#include "shared_memory.h"
#include "watch.h"

namespace xpiler_simt {

std::uint64_t load_for_atomic(const void *address, unsigned bytes) {
  if (arena_offset(address) >= arena_bytes) note_communication();
  if (reinterpret_cast<std::uintptr_t>(address) % bytes)
    trap_at("an atomic operation on an address that its size does not divide", __builtin_return_address(0));
  std::uint64_t word = 0;
  std::memcpy(&word, address, bytes);
  return word;
}

template <class Word>
static bool swap_word(void *address, std::uint64_t expected, std::uint64_t desired) {
  Word old = Word(expected);
  return __atomic_compare_exchange_n(static_cast<Word *>(address), &old, Word(desired), false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

bool compare_and_swap(void *address, unsigned bytes, std::uint64_t expected, std::uint64_t desired) {
  ++counts.atomics;
  watch_atomic(address, bytes, true, __builtin_return_address(0));
  if (expected == desired) look_again(__builtin_return_address(0)); // how threads look at a value
  else note_progress();
  switch (bytes) {
  case 1: return swap_word<std::uint8_t>(address, expected, desired);
  case 2: return swap_word<std::uint16_t>(address, expected, desired);
  case 4: return swap_word<std::uint32_t>(address, expected, desired);
  default: return swap_word<std::uint64_t>(address, expected, desired);
  }
}

} // namespace xpiler_simt

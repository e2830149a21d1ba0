// Read-modify-write operations: a compare-and-swap loop over the runtime's checked one, which
// makes every type work alike. They return the old value.
#pragma once
#include <cstring>
#include <type_traits>

#include "execution.h"

namespace xpiler_simt {

template <class T>
T word_as(std::uint64_t word) {
  T value;
  std::memcpy(&value, &word, sizeof value);
  return value;
}
template <class T>
std::uint64_t as_word(T value) {
  std::uint64_t word = 0;
  std::memcpy(&word, &value, sizeof value);
  return word;
}

template <class T, class Update>
XPILER_SIMT_INLINE T atomic_update(T *address, Update update) {
  for (;;) {
    T old = word_as<T>(load_for_atomic(address, sizeof(T)));
    if (compare_and_swap(address, sizeof(T), as_word(old), as_word(T(update(old))))) return old;
  }
}

/// The type an operand converts to, taken from the pointer alone.
template <class T>
struct Identity {
  using type = T;
};
template <class T>
using Operand = typename Identity<T>::type;

} // namespace xpiler_simt

#define XPILER_SIMT_ATOMIC(name, expression) \
  template <class T> \
  XPILER_SIMT_INLINE T name(T *address, xpiler_simt::Operand<T> operand) { \
    xpiler_simt::count_kind(#name); \
    return xpiler_simt::atomic_update(address, [&](T old) { return T(expression); }); \
  } \
  template <class T> \
  XPILER_SIMT_INLINE T name##_block(T *address, xpiler_simt::Operand<T> operand) { \
    return name(address, operand); \
  } \
  template <class T> \
  XPILER_SIMT_INLINE T name##_system(T *address, xpiler_simt::Operand<T> operand) { \
    return name(address, operand); \
  }
XPILER_SIMT_ATOMIC(atomicAdd, old + operand)
XPILER_SIMT_ATOMIC(atomicSub, old - operand)
XPILER_SIMT_ATOMIC(atomicExch, operand)
XPILER_SIMT_ATOMIC(atomicMin, operand < old ? operand : old)
XPILER_SIMT_ATOMIC(atomicMax, old < operand ? operand : old)
XPILER_SIMT_ATOMIC(atomicAnd, old &operand)
XPILER_SIMT_ATOMIC(atomicOr, old | operand)
XPILER_SIMT_ATOMIC(atomicXor, old ^ operand)
XPILER_SIMT_ATOMIC(atomicInc, old >= operand ? T(0) : T(old + 1))
XPILER_SIMT_ATOMIC(atomicDec, old == T(0) || old > operand ? operand : T(old - 1))
#undef XPILER_SIMT_ATOMIC

template <class T>
XPILER_SIMT_INLINE T atomicCAS(T *address, xpiler_simt::Operand<T> compare, xpiler_simt::Operand<T> value) {
  xpiler_simt::count_kind("atomicCAS");
  for (;;) {
    std::uint64_t old = xpiler_simt::load_for_atomic(address, sizeof(T));
    if (old != xpiler_simt::as_word(compare)) {
      xpiler_simt::yield();
      return xpiler_simt::word_as<T>(old);
    }
    if (xpiler_simt::compare_and_swap(address, sizeof(T), old, xpiler_simt::as_word(value))) return compare;
  }
}
template <class T>
XPILER_SIMT_INLINE T atomicCAS_block(T *address, xpiler_simt::Operand<T> compare, xpiler_simt::Operand<T> value) {
  return atomicCAS(address, compare, value);
}
template <class T>
XPILER_SIMT_INLINE T atomicCAS_system(T *address, xpiler_simt::Operand<T> compare, xpiler_simt::Operand<T> value) {
  return atomicCAS(address, compare, value);
}

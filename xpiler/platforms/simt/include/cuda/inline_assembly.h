// PTX instructions as functions: what the rewriter makes of inline assembly. Register operands are
// passed as they are written, vectors of registers one by one.
#pragma once
#include "../xpiler_simt/async_copy.h"
#include "../xpiler_simt/matrix_product.h"
#include "cuda_bf16.h"
#include "cuda_fp16.h"
#include "../xpiler_simt/small_floats.h"

#include <tuple>

XPILER_SIMT_INLINE std::size_t __cvta_generic_to_shared(const void *address) { return xpiler_simt::shared_address_of(address); }
XPILER_SIMT_INLINE void *__cvta_shared_to_generic(std::size_t address) { return xpiler_simt::at_shared_address(std::uint32_t(address)); }

namespace xpiler_simt {
namespace ptx {

using Tf32 = TruncatedFloat;
struct E4m3 {
  unsigned char bits;
  operator float() const { return widen(bits, e4m3_format); }
};
struct E5m2 {
  unsigned char bits;
  operator float() const { return widen(bits, e5m2_format); }
};

// --- mma.sync: lane l has g = l / 4 and t = l % 4 ----------------------------------------------

/// Elements of `Bytes` bytes in 32-bit registers: `per` of them side by side in k.
template <int M, int K, int Bytes>
struct MmaPlaces {
  static constexpr int per = 4 / Bytes, a_count = M * K / 32, b_count = 8 * K / 32, d_count = M * 8 / 32;
  static BlockPlace a(unsigned lane, int i) {
    unsigned g = lane >> 2, t = lane & 3, low = i % per, word = i / per;
    return {0, g + 8 * (word & 1), per * t + low + 4 * per * (word >> 1)};
  }
  static BlockPlace b(unsigned lane, int i) {
    unsigned g = lane >> 2, t = lane & 3, low = i % per, word = i / per;
    return {0, per * t + low + 4 * per * word, g};
  }
  static BlockPlace d(unsigned lane, int i) { return {0, (lane >> 2) + 8 * (unsigned(i) >> 1), 2 * (lane & 3) + (i & 1)}; }
};
template <int M, int K>
struct MmaPlaces<M, K, 8> {
  static constexpr int a_count = 1, b_count = 1, d_count = 2;
  static BlockPlace a(unsigned lane, int) { return {0, lane >> 2, lane & 3}; }
  static BlockPlace b(unsigned lane, int) { return {0, lane & 3, lane >> 2}; }
  static BlockPlace d(unsigned lane, int i) { return {0, lane >> 2, 2 * (lane & 3) + unsigned(i)}; }
};

template <class Register>
XPILER_SIMT_INLINE void put(unsigned char *&to, const Register &value) {
  std::memcpy(to, &value, sizeof value);
  to += sizeof value;
}
template <class Register>
XPILER_SIMT_INLINE void take(const unsigned char *&from, Register &value) {
  std::memcpy(&value, from, sizeof value);
  from += sizeof value;
}

/// d (references), a, b, c: as many registers each as their elements fill.
template <int M, int K, class A, class B, class D, bool saturate, class... Registers>
XPILER_SIMT_INLINE void mma(Registers &&...registers) {
  using Places = MmaPlaces<M, K, sizeof(A)>;
  constexpr std::size_t d_bytes = Places::d_count * sizeof(D), a_bytes = Places::a_count * sizeof(A), b_bytes = Places::b_count * sizeof(B);
  static_assert((sizeof(Registers) + ...) == 2 * d_bytes + a_bytes + b_bytes, "this mma has another number of registers");
  alignas(8) unsigned char all[2 * d_bytes + a_bytes + b_bytes], result[d_bytes];
  unsigned char *to = all;
  (put(to, registers), ...);
  ProductPayload payload{all + d_bytes, all + d_bytes + a_bytes, all + d_bytes + a_bytes + b_bytes, result, saturate};
  warp_collective(every_lane, product_work<ProductShape<M, 8, K, 1>, ProductTypes<A, B, D, D>, Places>, &payload, "matrix product");
  const unsigned char *from = result, *end = result + d_bytes;
  auto give = [&](auto &&value) {
    if constexpr (!std::is_const_v<std::remove_reference_t<decltype(value)>>)
      if (from < end) take(from, value);
  };
  (give(registers), ...);
}

// --- ldmatrix: lane 8 m + r gives the address of row r of matrix m -----------------------------

template <bool transposed>
XPILER_SIMT_INLINE unsigned matrix_word(unsigned row_address, unsigned matrix) {
  unsigned g = lane_id() >> 2, t = lane_id() & 3, word = 0;
  for (unsigned half = 0; half < 2; ++half) {
    unsigned row = transposed ? 2 * t + half : g, column = transposed ? g : 2 * t + half;
    unsigned address = shuffle_value(every_lane, row_address, int(8 * matrix + row));
    word |= unsigned(static_cast<const unsigned short *>(at_shared_address(address))[column]) << (16 * half);
  }
  return word;
}
template <int count, bool transposed, class... Registers>
XPILER_SIMT_INLINE void ldmatrix(Registers &&...registers) {
  static_assert(sizeof...(Registers) == count + 1, "ldmatrix has another number of registers");
  unsigned address = 0;
  ((address = unsigned(registers)), ...); // the last operand
  if (lane_id() < 8 * count && address % 16) report("misaligned", "a row address of ldmatrix is not a multiple of 16 bytes");
  unsigned matrix = 0;
  auto give = [&](auto &&value) {
    if constexpr (!std::is_const_v<std::remove_reference_t<decltype(value)>>)
      if (matrix < count) {
        unsigned word = matrix_word<transposed>(address, matrix);
        std::memcpy(&value, &word, sizeof word);
      }
    ++matrix;
  };
  (give(registers), ...);
}

// --- stmatrix: the same places the other way round ----------------------------------------------

template <int count, bool transposed, class... Registers>
XPILER_SIMT_INLINE void stmatrix(unsigned address, Registers... registers) {
  static_assert(sizeof...(Registers) == count, "stmatrix has another number of registers");
  if (lane_id() < 8 * count && address % 16) report("misaligned", "a row address of stmatrix is not a multiple of 16 bytes");
  const unsigned words[] = {unsigned(registers)...}, g = lane_id() >> 2, t = lane_id() & 3;
  for (unsigned matrix = 0; matrix < count; ++matrix)
    for (unsigned half = 0; half < 2; ++half) {
      unsigned row = transposed ? 2 * t + half : g, column = transposed ? g : 2 * t + half;
      unsigned place = shuffle_value(every_lane, address, int(8 * matrix + row));
      static_cast<unsigned short *>(at_shared_address(place))[column] = (unsigned short)(words[matrix] >> (16 * half));
    }
}

// --- ld and st ----------------------------------------------------------------------------------

/// The memory an address operand means: a number of 32 bits in shared memory, else a pointer.
template <class T, int count, bool shared, class Address>
XPILER_SIMT_INLINE T *accessed(Address address) {
  void *memory;
  if constexpr (shared) memory = at_shared_address(std::uint32_t(address));
  else memory = (void *)address;
  if (reinterpret_cast<std::uintptr_t>(memory) % (sizeof(T) * count))
    report("misaligned", "the address of ld or st is not a multiple of its size");
  return static_cast<T *>(memory);
}
template <class Word>
using BitsOf = std::conditional_t<sizeof(Word) == 8, std::uint64_t, std::conditional_t<sizeof(Word) == 4, std::uint32_t, Word>>;
template <bool polled, class T>
XPILER_SIMT_INLINE T loaded(const T *from) {
  if constexpr (!polled) return *from;
  auto bits = __atomic_load_n(reinterpret_cast<const BitsOf<T> *>(from), __ATOMIC_SEQ_CST);
  T value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
template <bool polled, class T>
XPILER_SIMT_INLINE void stored(T *to, T value) {
  if constexpr (!polled) {
    *to = value;
  } else {
    BitsOf<T> bits;
    std::memcpy(&bits, &value, sizeof bits);
    __atomic_store_n(reinterpret_cast<BitsOf<T> *>(to), bits, __ATOMIC_SEQ_CST);
  }
}
/// A register as wide as the element takes its bits; a wider one is filled up as its type says.
template <class T, class Register>
XPILER_SIMT_INLINE void move_to_register(Register &to, T value) {
  if constexpr (sizeof to == sizeof value) std::memcpy(&to, &value, sizeof to);
  else to = Register(value);
}
template <class T, class Register>
XPILER_SIMT_INLINE T from_register(Register value) {
  T bits;
  if constexpr (sizeof bits == sizeof value) std::memcpy(&bits, &value, sizeof bits);
  else bits = T(value);
  return bits;
}
template <class T, int count, bool shared, bool polled, class... Operands>
XPILER_SIMT_INLINE void load(Operands &&...operands) {
  static_assert(sizeof...(Operands) == count + 1, "ld has another number of registers");
  auto all = std::forward_as_tuple(operands...);
  const T *from = accessed<T, count, shared>(std::get<count>(all));
  if constexpr (count >= 1) move_to_register(std::get<0>(all), loaded<polled>(from));
  if constexpr (count >= 2) move_to_register(std::get<1>(all), loaded<polled>(from + 1));
  if constexpr (count >= 4) move_to_register(std::get<2>(all), loaded<polled>(from + 2));
  if constexpr (count >= 4) move_to_register(std::get<3>(all), loaded<polled>(from + 3));
}
template <class T, int count, bool shared, bool polled, class Address, class... Registers>
XPILER_SIMT_INLINE void store(Address address, Registers... registers) {
  static_assert(sizeof...(Registers) == count, "st has another number of registers");
  T *to = accessed<T, count, shared>(address);
  (stored<polled>(to++, from_register<T>(registers)), ...);
}

// --- atom and red ---------------------------------------------------------------------------------

struct AtomAdd {
  template <class T>
  static T old(T *at, T value) {
    return atomicAdd(at, value);
  }
};
struct AtomMin {
  template <class T>
  static T old(T *at, T value) {
    return atomicMin(at, value);
  }
};
struct AtomMax {
  template <class T>
  static T old(T *at, T value) {
    return atomicMax(at, value);
  }
};
struct AtomInc {
  template <class T>
  static T old(T *at, T value) {
    return atomicInc(at, value);
  }
};
struct AtomDec {
  template <class T>
  static T old(T *at, T value) {
    return atomicDec(at, value);
  }
};
struct AtomAnd {
  template <class T>
  static T old(T *at, T value) {
    return atomicAnd(at, value);
  }
};
struct AtomOr {
  template <class T>
  static T old(T *at, T value) {
    return atomicOr(at, value);
  }
};
struct AtomXor {
  template <class T>
  static T old(T *at, T value) {
    return atomicXor(at, value);
  }
};
struct AtomExch {
  template <class T>
  static T old(T *at, T value) {
    return atomicExch(at, value);
  }
};
struct AtomCas {
  template <class T>
  static T old(T *at, T compare, T value) {
    return atomicCAS(at, compare, value);
  }
};

template <class Operation, class T, bool shared, class Address, class... Registers>
XPILER_SIMT_INLINE T updated(Address address, Registers... registers) {
  return Operation::old(accessed<T, 1, shared>(address), from_register<T>(registers)...);
}
template <class Operation, class T, bool shared, class Register, class Address, class... Registers>
XPILER_SIMT_INLINE void atom(Register &to, Address address, Registers... registers) {
  move_to_register(to, updated<Operation, T, shared>(address, registers...));
}
template <class Operation, class T, bool shared, class Address, class... Registers>
XPILER_SIMT_INLINE void red(Address address, Registers... registers) {
  updated<Operation, T, shared>(address, registers...);
}

// --- copies, barriers, and the rest --------------------------------------------------------------

template <class To, class From>
XPILER_SIMT_INLINE void cp_async(To to, From from, std::size_t bytes, std::size_t source_bytes = ~std::size_t(0)) {
  void *destination = at_shared_address(std::uint32_t(to));
  const void *source = (const void *)from;
  if ((reinterpret_cast<std::uintptr_t>(destination) | reinterpret_cast<std::uintptr_t>(source)) % bytes)
    report("misaligned", "the addresses of cp.async are not multiples of its size");
  async_copy(destination, source, bytes, source_bytes < bytes ? bytes - source_bytes : 0);
}
XPILER_SIMT_INLINE void commit_group() { async_commit(); }
XPILER_SIMT_INLINE void wait_group(unsigned newest) { async_wait(newest); }
XPILER_SIMT_INLINE void wait_all() {
  async_commit();
  async_wait(0);
}
XPILER_SIMT_INLINE void bar_sync(unsigned id, unsigned threads = 0) { block_barrier(id, threads, true, Reduce::none, 0); }
XPILER_SIMT_INLINE void bar_arrive(unsigned id, unsigned threads) { block_barrier(id, threads, false, Reduce::none, 0); }
XPILER_SIMT_INLINE void fence() { yield(); }
template <class T, class V>
XPILER_SIMT_INLINE void mov(T &to, V value) {
  static_assert(sizeof(T) == 4, "mov.b32 moves four bytes");
  std::memcpy(&to, &value, sizeof to);
}
XPILER_SIMT_INLINE void ex2(float &to, float x) { to = fast_exp2(x); }
XPILER_SIMT_INLINE void lg2(float &to, float x) { to = fast_log2(x); }
XPILER_SIMT_INLINE void rcp(float &to, float x) { to = fast_rcp(x); }
XPILER_SIMT_INLINE void rsqrt(float &to, float x) { to = rsqrtf(x); }
XPILER_SIMT_INLINE void sqrt(float &to, float x) { to = fast_sqrt(x); }
XPILER_SIMT_INLINE void tanh(float &to, float x) { to = fast_tanh(x); }
/// To nearest, ties away from zero; the low 13 bits end up zero.
template <class T>
XPILER_SIMT_INLINE void cvt_tf32(T &to, float x) {
  unsigned bits = x != x ? __float_as_uint(x) : (__float_as_uint(x) + 0x1000) & ~0x1fffu;
  std::memcpy(&to, &bits, sizeof bits);
}

} // namespace ptx
} // namespace xpiler_simt

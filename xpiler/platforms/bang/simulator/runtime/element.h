// Element types at run time: visiting a tag with a value of its C type, and arithmetic in the type's compute type.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "xpiler_sim/types.h"

namespace xpiler_sim {

template <class T>
constexpr bool is_float_v = std::is_same_v<T, float> || std::is_same_v<T, half> || std::is_same_v<T, bfloat16_t>;

/// The type arithmetic is done in: float for every float type, 64-bit integers for every integer type.
template <class T>
using compute_of = std::conditional_t<is_float_v<T>, float, std::int64_t>;

inline unsigned bytes_of(Type type) {
  switch (type) {
  case Type::i8:
  case Type::u8: return 1;
  case Type::i16:
  case Type::u16:
  case Type::f16:
  case Type::bf16: return 2;
  case Type::i64:
  case Type::u64: return 8;
  default: return 4;
  }
}
inline bool is_float(Type type) { return type == Type::f16 || type == Type::bf16 || type == Type::f32; }

template <class F>
void visit(Type type, const F &f) {
  switch (type) {
  case Type::i8: return f(std::int8_t{});
  case Type::u8: return f(std::uint8_t{});
  case Type::i16: return f(std::int16_t{});
  case Type::u16: return f(std::uint16_t{});
  case Type::i32: return f(std::int32_t{});
  case Type::u32: return f(std::uint32_t{});
  case Type::i64: return f(std::int64_t{});
  case Type::u64: return f(std::uint64_t{});
  case Type::f16: return f(half{});
  case Type::bf16: return f(bfloat16_t{});
  case Type::f32: return f(float{});
  }
}

template <class F>
void visit_float(Type type, const F &f) {
  switch (type) {
  case Type::f16: return f(half{});
  case Type::bf16: return f(bfloat16_t{});
  case Type::f32: return f(float{});
  default: return;
  }
}

/// The element as its compute type.
template <class T>
compute_of<T> wide(T value) {
  return static_cast<compute_of<T>>(value);
}

/// Back to the element: integers wrap, floats round to nearest even.
template <class T, class C>
T narrow(C value) {
  return static_cast<T>(value);
}

} // namespace xpiler_sim

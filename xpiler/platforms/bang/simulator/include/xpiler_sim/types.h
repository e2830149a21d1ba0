// Element types of BANG C and the tag each has in the runtime.
#pragma once
#include <cstdint>
#include <cstring>
#include <type_traits>

typedef _Float16 half;

/// bfloat16: the upper half of a float; every arithmetic goes through float and rounds to nearest even.
struct bfloat16_t {
  std::uint16_t bits = 0;

  bfloat16_t() = default;
  bfloat16_t(float value) { bits = round_bits(value); }
  operator float() const {
    std::uint32_t wide = std::uint32_t(bits) << 16;
    float value;
    std::memcpy(&value, &wide, sizeof value);
    return value;
  }
  bfloat16_t &operator+=(float x) { return *this = bfloat16_t(float(*this) + x); }
  bfloat16_t &operator-=(float x) { return *this = bfloat16_t(float(*this) - x); }
  bfloat16_t &operator*=(float x) { return *this = bfloat16_t(float(*this) * x); }
  bfloat16_t &operator/=(float x) { return *this = bfloat16_t(float(*this) / x); }

private:
  static std::uint16_t round_bits(float value) {
    std::uint32_t wide;
    std::memcpy(&wide, &value, sizeof wide);
    if ((wide & 0x7fffffffu) > 0x7f800000u) return std::uint16_t((wide >> 16) | 0x40); // a NaN stays one
    return std::uint16_t((wide + 0x7fffu + ((wide >> 16) & 1)) >> 16);
  }
};
typedef bfloat16_t bfloat16;

namespace xpiler_sim {

enum class Type : std::uint8_t { i8, u8, i16, u16, i32, u32, i64, u64, f16, bf16, f32 };

/// The tag of C type T; a type without one has no vector form, and the compiler says so at the call.
template <class T>
constexpr Type type_of() {
  using U = std::remove_cv_t<T>;
  if constexpr (std::is_same_v<U, float>) return Type::f32;
  else if constexpr (std::is_same_v<U, half>) return Type::f16;
  else if constexpr (std::is_same_v<U, bfloat16_t>) return Type::bf16;
  else {
    static_assert(std::is_integral_v<U>, "this builtin has no form for the element type");
    constexpr bool is_signed = std::is_signed_v<U>;
    if constexpr (sizeof(U) == 1) return is_signed ? Type::i8 : Type::u8;
    else if constexpr (sizeof(U) == 2) return is_signed ? Type::i16 : Type::u16;
    else if constexpr (sizeof(U) == 4) return is_signed ? Type::i32 : Type::u32;
    else return is_signed ? Type::i64 : Type::u64;
  }
}

/// Keeps a parameter out of template deduction: a scalar operand takes the element type of the buffers.
template <class T>
struct same_as_element {
  using type = T;
};
template <class T>
using scalar_of = typename same_as_element<std::remove_cv_t<T>>::type;

} // namespace xpiler_sim

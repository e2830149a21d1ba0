// CDNA's mfma instructions (waves of 64) with the lane layouts of the instruction calculator.
// EXEC is ignored by the hardware: every lane of the wave takes part.
#pragma once
#include "../../xpiler_simt/matrix_product.h"
#include "../../xpiler_simt/small_floats.h"
#include "matrix_elements.h"

namespace xpiler_simt {

/// Where operands lie: M lanes hold the rows of one block side by side, `e` values of k each;
/// the lanes above them hold further k (one block) or further blocks (several).
template <int M, int Blocks, int e>
struct MfmaPlaces {
  static constexpr int a_count = e, b_count = e, d_count = M * M * Blocks / 64;
  static BlockPlace a(unsigned lane, int i) {
    unsigned group = lane / M, row = lane % M;
    return Blocks == 1 ? BlockPlace{0, row, e * group + i} : BlockPlace{group, row, unsigned(i)};
  }
  static BlockPlace b(unsigned lane, int i) {
    BlockPlace at = a(lane, i);
    return {at.block, at.column, at.row};
  }
  static BlockPlace d(unsigned lane, int r) {
    unsigned column = lane % M, group = lane / M;
    if (M == 32) return {unsigned(r) >> 4, (r & 3) + 8 * (unsigned(r) >> 2 & 3) + 4 * group, column};
    if (M == 16) return {unsigned(r) >> 2, 4 * group + (r & 3), column};
    return {group, unsigned(r), column};
  }
};

/// The f64 forms keep their results elsewhere.
struct MfmaDouble16 : MfmaPlaces<16, 1, 1> {
  static BlockPlace d(unsigned lane, int r) { return {0, 4 * unsigned(r) + (lane >> 4), lane & 15}; }
};
struct MfmaDouble4 {
  static constexpr int a_count = 1, b_count = 1, d_count = 1;
  static BlockPlace a(unsigned lane, int) { return {lane >> 2 & 3, lane & 3, lane >> 4}; }
  static BlockPlace b(unsigned lane, int) { return {lane >> 2 & 3, lane >> 4, lane & 3}; }
  static BlockPlace d(unsigned lane, int) { return {lane >> 2 & 3, lane >> 4, lane & 3}; }
};

template <class Shape, class Element, class Result, class Places, class A, class C>
XPILER_SIMT_INLINE C mfma(const A &a, const A &b, const C &c, int cbsz, int abid, int blgp) {
  static_assert(sizeof(A) == Places::a_count * sizeof(Element), "an operand of this mfma has another size");
  static_assert(sizeof(C) == Places::d_count * sizeof(Result), "the accumulator of this mfma has another size");
  if (cbsz || abid || blgp) trap("the broadcast operands of mfma (cbsz, abid, blgp) are not simulated");
  C d;
  ProductPayload payload{&a, &b, &c, &d, false};
  warp_collective(every_lane, product_work<Shape, ProductTypes<Element, Element, Result, Result>, Places>, &payload, "matrix product");
  return d;
}

} // namespace xpiler_simt

#define XPILER_MFMA(name, Element, e, Result, M, K, blocks, Places) \
  template <class A, class C> \
  XPILER_SIMT_INLINE C __builtin_amdgcn_mfma_##name(A a, A b, C c, int cbsz, int abid, int blgp) { \
    using namespace xpiler_simt; \
    return mfma<ProductShape<M, M, K, blocks>, Element, Result, Places>(a, b, c, cbsz, abid, blgp); \
  }
#define XPILER_MFMA_ONE(name, Element, e, Result, M, K) XPILER_MFMA(name, Element, e, Result, M, K, 1, XPILER_PLACES(M, 1, e))
#define XPILER_MFMA_MANY(name, Element, e, Result, M, blocks) \
  XPILER_MFMA(name, Element, e, Result, M, e, blocks, XPILER_PLACES(M, blocks, e))
#define XPILER_PLACES(M, blocks, e) MfmaPlaces<M XPILER_COMMA blocks XPILER_COMMA e>
#define XPILER_COMMA ,

XPILER_MFMA_MANY(f32_32x32x1f32, float, 1, float, 32, 2)
XPILER_MFMA_MANY(f32_16x16x1f32, float, 1, float, 16, 4)
XPILER_MFMA_MANY(f32_4x4x1f32, float, 1, float, 4, 16)
XPILER_MFMA_ONE(f32_32x32x2f32, float, 1, float, 32, 2)
XPILER_MFMA_ONE(f32_16x16x4f32, float, 1, float, 16, 4)
XPILER_MFMA_MANY(f32_32x32x4f16, HalfBits, 4, float, 32, 2)
XPILER_MFMA_MANY(f32_16x16x4f16, HalfBits, 4, float, 16, 4)
XPILER_MFMA_MANY(f32_4x4x4f16, HalfBits, 4, float, 4, 16)
XPILER_MFMA_ONE(f32_32x32x8f16, HalfBits, 4, float, 32, 8)
XPILER_MFMA_ONE(f32_16x16x16f16, HalfBits, 4, float, 16, 16)
XPILER_MFMA_MANY(f32_32x32x4bf16_1k, Bfloat16Bits, 4, float, 32, 2)
XPILER_MFMA_MANY(f32_16x16x4bf16_1k, Bfloat16Bits, 4, float, 16, 4)
XPILER_MFMA_MANY(f32_4x4x4bf16_1k, Bfloat16Bits, 4, float, 4, 16)
XPILER_MFMA_ONE(f32_32x32x8bf16_1k, Bfloat16Bits, 4, float, 32, 8)
XPILER_MFMA_ONE(f32_16x16x16bf16_1k, Bfloat16Bits, 4, float, 16, 16)
XPILER_MFMA_MANY(i32_32x32x4i8, signed char, 4, int, 32, 2)
XPILER_MFMA_MANY(i32_16x16x4i8, signed char, 4, int, 16, 4)
XPILER_MFMA_MANY(i32_4x4x4i8, signed char, 4, int, 4, 16)
XPILER_MFMA(f64_16x16x4f64, double, 1, double, 16, 4, 1, MfmaDouble16)
XPILER_MFMA(f64_4x4x4f64, double, 1, double, 4, 4, 4, MfmaDouble4)

// What one generation has and others reject.
#if defined(__gfx908__) || defined(__gfx90a__)
XPILER_MFMA_MANY(f32_32x32x2bf16, Bfloat16Bits, 2, float, 32, 2)
XPILER_MFMA_MANY(f32_16x16x2bf16, Bfloat16Bits, 2, float, 16, 4)
XPILER_MFMA_MANY(f32_4x4x2bf16, Bfloat16Bits, 2, float, 4, 16)
XPILER_MFMA_ONE(f32_32x32x4bf16, Bfloat16Bits, 2, float, 32, 4)
XPILER_MFMA_ONE(f32_16x16x8bf16, Bfloat16Bits, 2, float, 16, 8)
XPILER_MFMA_ONE(i32_32x32x8i8, signed char, 4, int, 32, 8)
XPILER_MFMA_ONE(i32_16x16x16i8, signed char, 4, int, 16, 16)
#endif
#if defined(__gfx942__) || defined(__gfx950__)
XPILER_MFMA_ONE(i32_32x32x16_i8, signed char, 8, int, 32, 16)
XPILER_MFMA_ONE(i32_16x16x32_i8, signed char, 8, int, 16, 32)
#endif
#if defined(__gfx942__)
XPILER_MFMA_ONE(f32_16x16x8_xf32, TruncatedFloat, 2, float, 16, 8)
XPILER_MFMA_ONE(f32_32x32x4_xf32, TruncatedFloat, 2, float, 32, 4)
#endif
#if defined(__gfx942__) || defined(__gfx950__)
XPILER_MFMA_ONE(f32_16x16x32_fp8_fp8, Fp8Bits, 8, float, 16, 32)
XPILER_MFMA_ONE(f32_32x32x16_fp8_fp8, Fp8Bits, 8, float, 32, 16)
XPILER_MFMA_ONE(f32_16x16x32_bf8_bf8, Bf8Bits, 8, float, 16, 32)
XPILER_MFMA_ONE(f32_32x32x16_bf8_bf8, Bf8Bits, 8, float, 32, 16)
#endif
#if defined(__gfx950__)
XPILER_MFMA_ONE(f32_16x16x32_f16, HalfBits, 8, float, 16, 32)
XPILER_MFMA_ONE(f32_32x32x16_f16, HalfBits, 8, float, 32, 16)
XPILER_MFMA_ONE(f32_16x16x32_bf16, Bfloat16Bits, 8, float, 16, 32)
XPILER_MFMA_ONE(f32_32x32x16_bf16, Bfloat16Bits, 8, float, 32, 16)
#endif
#undef XPILER_MFMA_ONE
#undef XPILER_MFMA_MANY
#undef XPILER_MFMA
#undef XPILER_PLACES
#undef XPILER_COMMA

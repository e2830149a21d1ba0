// RDNA3's WMMA builtins for waves of 32: lanes 16 to 31 hold a copy of the operands of lanes 0 to 15.
#pragma once
#include "../../xpiler_simt/matrix_product.h"
#include "matrix_elements.h"

#if XPILER_SIMT_WARP == 32
namespace xpiler_simt {

struct RdnaPlaces {
  static constexpr int a_count = 16, b_count = 16, d_count = 8;
  static BlockPlace a(unsigned lane, int i) { return {0, lane & 15, unsigned(i)}; }
  static BlockPlace b(unsigned lane, int i) { return {0, unsigned(i), lane & 15}; }
  static BlockPlace d(unsigned lane, int r) { return {0, 2 * unsigned(r) + (lane >> 4), lane & 15}; }
};

template <class EA, class EB, class Result, class A, class B, class C>
XPILER_SIMT_INLINE C rdna_product(const A &a, const B &b, const C &c, bool clamp) {
  static_assert(sizeof(A) == 16 * sizeof(EA) && sizeof(B) == 16 * sizeof(EB), "an operand of this wmma has another size");
  static_assert(sizeof(C) == 8 * sizeof(Result), "the accumulator of this wmma has another size");
  C d;
  ProductPayload payload{&a, &b, &c, &d, clamp};
  warp_collective(every_lane, product_work<ProductShape<16, 16, 16, 1>, ProductTypes<EA, EB, Result, Result>, RdnaPlaces>, &payload,
                  "matrix product");
  return d;
}

} // namespace xpiler_simt

template <class A, class C>
XPILER_SIMT_INLINE C __builtin_amdgcn_wmma_f32_16x16x16_f16_w32(A a, A b, C c) {
  return xpiler_simt::rdna_product<xpiler_simt::HalfBits, xpiler_simt::HalfBits, float>(a, b, c, false);
}
template <class A, class C>
XPILER_SIMT_INLINE C __builtin_amdgcn_wmma_f32_16x16x16_bf16_w32(A a, A b, C c) {
  return xpiler_simt::rdna_product<xpiler_simt::Bfloat16Bits, xpiler_simt::Bfloat16Bits, float>(a, b, c, false);
}
template <class A, class C>
XPILER_SIMT_INLINE C __builtin_amdgcn_wmma_i32_16x16x16_iu8_w32(bool sign_a, A a, bool sign_b, A b, C c, bool clamp) {
  using namespace xpiler_simt;
  if (sign_a && sign_b) return rdna_product<signed char, signed char, int>(a, b, c, clamp);
  if (sign_a) return rdna_product<signed char, unsigned char, int>(a, b, c, clamp);
  if (sign_b) return rdna_product<unsigned char, signed char, int>(a, b, c, clamp);
  return rdna_product<unsigned char, unsigned char, int>(a, b, c, clamp);
}
#endif

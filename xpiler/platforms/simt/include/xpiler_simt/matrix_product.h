// The matrix products of tensor and matrix cores: one warp operation that gathers the operands
// from all lanes' registers, multiplies, and gives every lane its part of the result.
#pragma once
#include <cstring>
#include <type_traits>

#include "execution.h"

namespace xpiler_simt {

template <int M, int N, int K, int Blocks>
struct ProductShape {
  static constexpr int m = M, n = N, k = K, blocks = Blocks;
};

template <class A, class B, class C, class D>
struct ProductTypes {
  using a = A;
  using b = B;
  using c = C;
  using d = D;
};

/// A float of which the hardware reads the upper 19 bits only.
struct TruncatedFloat {
  float value;
  operator float() const {
    unsigned bits;
    std::memcpy(&bits, &value, sizeof bits);
    bits &= ~0x1fffu;
    float result;
    std::memcpy(&result, &bits, sizeof result);
    return result;
  }
};
template <class T, class Tf32>
using Elements_of = std::conditional_t<std::is_same_v<T, Tf32>, TruncatedFloat, T>;

struct ProductPayload {
  const void *a, *b, *c;
  void *d;
  bool saturate;
};

/// Where element i of a lane's operand lies; `block` tells the products of one instruction apart.
struct BlockPlace {
  unsigned block, row, column;
};

/// Integers wrap or saturate at the end; floats are summed in double, whose rounding to the result
/// is closer than any hardware's, which truncates aligned products.
template <class T>
using Sum = std::conditional_t<std::is_integral_v<T>, long long, double>;

template <class D, class S>
D finish_sum(S sum, bool saturate) {
  if constexpr (std::is_integral_v<D>) {
    if (saturate && sum > S(D(~0u >> 1))) return D(~0u >> 1);
    if (saturate && sum < -S(D(~0u >> 1)) - 1) return D(-S(D(~0u >> 1)) - 1);
    return D(sum);
  } else if constexpr (std::is_same_v<D, float>) {
    return float(sum);
  } else {
    return D(sum);
  }
}

template <class Shape, class Types, class Places>
XPILER_SIMT_UNWATCHED void product_work(void *const *payloads, lane_mask) {
  using S = Sum<typename Types::d>;
  static S a[Shape::blocks][Shape::m][Shape::k], b[Shape::blocks][Shape::k][Shape::n], c[Shape::blocks][Shape::m][Shape::n];
  for (unsigned lane = 0; lane < warp_width; ++lane) {
    const auto *p = static_cast<const ProductPayload *>(payloads[lane]);
    if (!p) {
      report("missing-lane", "a matrix product lacks lanes of its warp");
      return;
    }
    for (int i = 0; i < Places::a_count; ++i) {
      BlockPlace at = Places::a(lane, i);
      a[at.block][at.row][at.column] = S(static_cast<const typename Types::a *>(p->a)[i]);
    }
    for (int i = 0; i < Places::b_count; ++i) {
      BlockPlace at = Places::b(lane, i);
      b[at.block][at.row][at.column] = S(static_cast<const typename Types::b *>(p->b)[i]);
    }
    for (int i = 0; i < Places::d_count; ++i) {
      BlockPlace at = Places::d(lane, i);
      c[at.block][at.row][at.column] = S(static_cast<const typename Types::c *>(p->c)[i]);
    }
  }
  for (int block = 0; block < Shape::blocks; ++block)
    for (int row = 0; row < Shape::m; ++row)
      for (int k = 0; k < Shape::k; ++k)
        for (int column = 0; column < Shape::n; ++column) c[block][row][column] += a[block][row][k] * b[block][k][column];
  for (unsigned lane = 0; lane < warp_width; ++lane) {
    const auto *p = static_cast<const ProductPayload *>(payloads[lane]);
    for (int i = 0; i < Places::d_count; ++i) {
      BlockPlace at = Places::d(lane, i);
      static_cast<typename Types::d *>(p->d)[i] = finish_sum<typename Types::d>(c[at.block][at.row][at.column], p->saturate);
    }
  }
}

/// The places of wmma fragments: one block, each fragment knows its layout.
template <class A, class B, class D>
struct FragmentPlaces {
  static constexpr int a_count = A::num_elements, b_count = B::num_elements, d_count = D::num_elements;
  static BlockPlace a(unsigned lane, int i) { return in_one_block(A::layout.place(lane, i)); }
  static BlockPlace b(unsigned lane, int i) { return in_one_block(B::layout.place(lane, i)); }
  static BlockPlace d(unsigned lane, int i) { return in_one_block(D::layout.place(lane, i)); }
  template <class P>
  static BlockPlace in_one_block(P place) {
    return {0, place.row, place.column};
  }
};

} // namespace xpiler_simt

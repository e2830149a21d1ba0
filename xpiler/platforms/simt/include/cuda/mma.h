// The simulator's <mma.h>: nvcuda::wmma fragments with the element layout measured on sm_90.
#pragma once
#include "cuda_bf16.h"
#include "cuda_fp16.h"
#include "../xpiler_simt/matrix_product.h"
#include "fragment_layout.h"

namespace nvcuda {
namespace wmma {

using xpiler_simt::layout_of_fragment;

struct matrix_a {};
struct matrix_b {};
struct accumulator {};
struct row_major {};
struct col_major {};
enum layout_t { mem_row_major, mem_col_major };
namespace precision {
struct tf32 {};
} // namespace precision

template <class T>
struct stored {
  using type = T;
};
template <>
struct stored<precision::tf32> {
  using type = float;
};

template <class Use>
constexpr xpiler_simt::Role role_of = xpiler_simt::Role::accumulator;
template <>
constexpr xpiler_simt::Role role_of<matrix_a> = xpiler_simt::Role::a;
template <>
constexpr xpiler_simt::Role role_of<matrix_b> = xpiler_simt::Role::b;

/// The element type as far as layouts differ by it.
template <class T>
constexpr xpiler_simt::Elements elements_of = sizeof(T) == 1   ? xpiler_simt::Elements::bytes
                                              : sizeof(T) == 8 ? xpiler_simt::Elements::doubles
                                                               : xpiler_simt::Elements::halves;
template <>
constexpr xpiler_simt::Elements elements_of<__nv_bfloat16> = xpiler_simt::Elements::bfloat16s;
template <>
constexpr xpiler_simt::Elements elements_of<precision::tf32> = xpiler_simt::Elements::tf32s;

template <class Use, int M, int N, int K, class T, class Layout = void>
struct fragment {
  using element_type = typename stored<T>::type;
  using storage_element_type = element_type;
  static constexpr auto layout = layout_of_fragment(role_of<Use>, M, N, K, elements_of<T>);
  static_assert(layout.count > 0, "no such fragment");
  static constexpr int num_elements = layout.count;
  static constexpr int num_storage_elements = num_elements;
  element_type x[num_elements];
};

template <class Use, int M, int N, int K, class T, class Layout>
XPILER_SIMT_INLINE void fill_fragment(fragment<Use, M, N, K, T, Layout> &f,
                                      typename fragment<Use, M, N, K, T, Layout>::element_type value) {
  for (auto &element : f.x) element = value;
}

/// Meeting place of the whole warp: loads and stores are collective too.
XPILER_SIMT_INLINE void warp_meets() { xpiler_simt::vote(0xffffffffu, true); }

inline void check_fragment_memory(const void *address, unsigned leading, std::size_t element) {
  if (reinterpret_cast<std::uintptr_t>(address) % 32)
    xpiler_simt::report("misaligned", "the pointer of a fragment's load or store is not a multiple of 32 bytes");
  if (leading * element % 16)
    xpiler_simt::report("misaligned", "the leading dimension of a fragment's load or store is not a multiple of 16 bytes");
}

template <class F, class P>
XPILER_SIMT_INLINE void load_elements(F &f, const P *from, unsigned leading, bool by_rows) {
  check_fragment_memory(from, leading, sizeof(P));
  unsigned lane = xpiler_simt::lane_id();
  for (int i = 0; i < F::num_elements; ++i) {
    auto at = F::layout.place(lane, i);
    f.x[i] = by_rows ? from[std::size_t(at.row) * leading + at.column] : from[std::size_t(at.column) * leading + at.row];
  }
}

template <class Use, int M, int N, int K, class T, class Layout, class P>
XPILER_SIMT_INLINE void load_matrix_sync(fragment<Use, M, N, K, T, Layout> &f, const P *from, unsigned leading) {
  static_assert(!std::is_same_v<Use, accumulator>, "the load of an accumulator needs a layout");
  warp_meets();
  load_elements(f, from, leading, std::is_same_v<Layout, row_major>);
}
template <int M, int N, int K, class T, class P>
XPILER_SIMT_INLINE void load_matrix_sync(fragment<accumulator, M, N, K, T> &f, const P *from, unsigned leading, layout_t layout) {
  warp_meets();
  load_elements(f, from, leading, layout == mem_row_major);
}
template <int M, int N, int K, class T, class P>
XPILER_SIMT_INLINE void store_matrix_sync(P *to, const fragment<accumulator, M, N, K, T> &f, unsigned leading, layout_t layout) {
  using F = fragment<accumulator, M, N, K, T>;
  warp_meets();
  check_fragment_memory(to, leading, sizeof(P));
  unsigned lane = xpiler_simt::lane_id();
  for (int i = 0; i < F::num_elements; ++i) {
    auto at = F::layout.place(lane, i);
    (layout == mem_row_major ? to[std::size_t(at.row) * leading + at.column] : to[std::size_t(at.column) * leading + at.row]) = f.x[i];
  }
}

/// d = a b + c. tf32 operands lose their low 13 bits, as the hardware ignores them.
template <int M, int N, int K, class TA, class LA, class TB, class LB, class TD, class TC>
XPILER_SIMT_INLINE void mma_sync(fragment<accumulator, M, N, K, TD> &d, const fragment<matrix_a, M, N, K, TA, LA> &a,
                                 const fragment<matrix_b, M, N, K, TB, LB> &b, const fragment<accumulator, M, N, K, TC> &c,
                                 bool saturate = false) {
  using A = fragment<matrix_a, M, N, K, TA, LA>;
  using B = fragment<matrix_b, M, N, K, TB, LB>;
  using D = fragment<accumulator, M, N, K, TD>;
  using Shape = xpiler_simt::ProductShape<M, N, K, 1>;
  using Types =
      xpiler_simt::ProductTypes<xpiler_simt::Elements_of<TA, precision::tf32>, xpiler_simt::Elements_of<TB, precision::tf32>, TC, TD>;
  xpiler_simt::ProductPayload payload{a.x, b.x, c.x, d.x, saturate};
  xpiler_simt::warp_collective(0xffffffffu, xpiler_simt::product_work<Shape, Types, xpiler_simt::FragmentPlaces<A, B, D>>, &payload,
                               "matrix product");
}

XPILER_SIMT_INLINE float __float_to_tf32(float value) {
  unsigned bits = __float_as_uint(value);
  return value != value ? value : __uint_as_float((bits + 0x1000) & ~0x1fffu); // nearest, ties away
}

} // namespace wmma
} // namespace nvcuda

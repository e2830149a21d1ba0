// Which element of the matrix each lane of a warp holds in each element of a wmma fragment.
// A place is the sum of contributions of the lane (g = lane / 4, t = lane % 4) and of the bits of
// the element's number; the tables are those measured on sm_90.
#pragma once

namespace xpiler_simt {

enum class Role { a, b, accumulator };
enum class Elements { halves, bfloat16s, bytes, tf32s, doubles };

struct Place {
  unsigned row, column;
};

struct FragmentLayout {
  int count = 0;
  bool transposed = false;   // g runs along columns, t along rows
  unsigned t_step = 1;       // distance between neighbours in t
  unsigned low_elements = 1; // elements that follow each other along t's axis
  // What each bit above those of the low elements adds: along g's axis and along t's axis.
  unsigned along_g[3] = {}, along_t[3] = {};

  constexpr Place place(unsigned lane, unsigned i) const {
    unsigned g = lane >> 2, t = (lane & 3) * t_step + i % low_elements, high = i / low_elements;
    for (unsigned bit = 0; bit < 3; ++bit)
      if (high >> bit & 1) g += along_g[bit], t += along_t[bit];
    return transposed ? Place{t, g} : Place{g, t};
  }
};

constexpr FragmentLayout layout_of(int count, bool transposed, unsigned t_step, unsigned low, unsigned g0 = 0, unsigned t0 = 0,
                                   unsigned g1 = 0, unsigned t1 = 0, unsigned g2 = 0, unsigned t2 = 0) {
  FragmentLayout layout;
  layout.count = count;
  layout.transposed = transposed;
  layout.t_step = t_step;
  layout.low_elements = low;
  layout.along_g[0] = g0, layout.along_g[1] = g1, layout.along_g[2] = g2;
  layout.along_t[0] = t0, layout.along_t[1] = t1, layout.along_t[2] = t2;
  return layout;
}

constexpr FragmentLayout accumulator_layout(int m, int n, int k) {
  if (m == 8 && n == 8 && k == 4) return layout_of(2, false, 2, 2);
  if (m == 16 && n == 16) return layout_of(8, false, 2, 2, 8, 0, 0, 8);
  if (m == 32 && n == 8) return layout_of(8, false, 2, 2, 8, 0, 16, 0);
  if (m == 8 && n == 32) return layout_of(8, true, 2, 2, 8, 0, 16, 0);
  return {};
}

/// A of `rows` x K, or B seen from its columns, which has the same layout with the axes exchanged.
/// An operand smaller than its registers is held more than once.
constexpr FragmentLayout operand_layout(bool b, int extent, int k, Elements elements) {
  if (elements == Elements::doubles && extent == 8 && k == 4) return layout_of(1, b, 1, 1);
  if (elements == Elements::tf32s && extent == 16 && k == 8)
    return b ? layout_of(4, b, 1, 1, 0, 4, 8, 0) : layout_of(4, b, 1, 1, 8, 0, 0, 4);
  if (k != 16) return {};
  if (elements == Elements::bytes) {
    if (extent == 8) return layout_of(4, b, 4, 4);
    return extent == 16 ? layout_of(8, b, 4, 4, 8, 0) : layout_of(16, b, 4, 4, 8, 0, 16, 0);
  }
  if (elements != Elements::halves && elements != Elements::bfloat16s) return {};
  bool twice = elements == Elements::halves; // bf16 fragments have no repeated elements
  if (extent == 8) return layout_of(twice ? 16 : 4, b, 2, 2, 0, 8);
  if (extent == 16) return b ? layout_of(twice ? 16 : 8, b, 2, 2, 0, 8, 8, 0) : layout_of(twice ? 16 : 8, b, 2, 2, 8, 0, 0, 8);
  return b ? layout_of(16, b, 2, 2, 8, 0, 0, 8, 16, 0) : layout_of(16, b, 2, 2, 8, 0, 0, 8, 16, 0);
}

constexpr FragmentLayout layout_of_fragment(Role role, int m, int n, int k, Elements elements) {
  if (role == Role::accumulator) return accumulator_layout(m, n, k);
  return operand_layout(role == Role::b, role == Role::a ? m : n, k, elements);
}

} // namespace xpiler_simt

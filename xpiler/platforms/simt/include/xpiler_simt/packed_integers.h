// Four bytes or two halves of a word at once, and averages and dot products of integers.
#pragma once
#include "execution.h"

namespace xpiler_simt {

/// `combine` of each byte (or each 16 bits) of two words, as the operand's type sees them.
template <class Part, class Combine>
XPILER_SIMT_INLINE unsigned in_parts(unsigned a, unsigned b, Combine combine) {
  constexpr unsigned bits = 8 * sizeof(Part);
  unsigned result = 0;
  for (unsigned shift = 0; shift < 32; shift += bits) {
    unsigned mask = bits == 8 ? 0xffu : 0xffffu;
    result |= (unsigned(combine(int(Part(a >> shift)), int(Part(b >> shift)))) & mask) << shift;
  }
  return result;
}

} // namespace xpiler_simt

#define XPILER_SIMT_PARTS(name, Part, expression) \
  XPILER_SIMT_INLINE unsigned name(unsigned x, unsigned y) { \
    return xpiler_simt::in_parts<Part>(x, y, [](int a, int b) { return expression; }); \
  }
#define XPILER_SIMT_PACKED(n, S, U, lowest, highest, largest) \
  XPILER_SIMT_PARTS(__vadd##n, U, a + b) \
  XPILER_SIMT_PARTS(__vsub##n, U, a - b) \
  XPILER_SIMT_PARTS(__vaddus##n, U, a + b > largest ? largest : a + b) \
  XPILER_SIMT_PARTS(__vaddss##n, S, a + b > highest ? highest : a + b < lowest ? lowest : a + b) \
  XPILER_SIMT_PARTS(__vsubus##n, U, a < b ? 0 : a - b) \
  XPILER_SIMT_PARTS(__vsubss##n, S, a - b > highest ? highest : a - b < lowest ? lowest : a - b) \
  XPILER_SIMT_PARTS(__vabsdiffu##n, U, a < b ? b - a : a - b) \
  XPILER_SIMT_PARTS(__vmaxu##n, U, a < b ? b : a) \
  XPILER_SIMT_PARTS(__vminu##n, U, a < b ? a : b) \
  XPILER_SIMT_PARTS(__vmaxs##n, S, a < b ? b : a) \
  XPILER_SIMT_PARTS(__vmins##n, S, a < b ? a : b) \
  XPILER_SIMT_PARTS(__vavgu##n, U, (a + b + 1) / 2) \
  XPILER_SIMT_PARTS(__vcmpeq##n, U, a == b ? -1 : 0) \
  XPILER_SIMT_PARTS(__vcmpgtu##n, U, a > b ? -1 : 0) \
  XPILER_SIMT_PARTS(__vcmpgts##n, S, a > b ? -1 : 0) \
  XPILER_SIMT_PARTS(__vcmpltu##n, U, a < b ? -1 : 0) \
  XPILER_SIMT_PARTS(__vcmplts##n, S, a < b ? -1 : 0) \
  XPILER_SIMT_PARTS(__vcmpne##n, U, a != b ? -1 : 0) \
  XPILER_SIMT_PARTS(__vcmpgeu##n, U, a >= b ? -1 : 0) \
  XPILER_SIMT_PARTS(__vcmpges##n, S, a >= b ? -1 : 0) \
  XPILER_SIMT_PARTS(__vcmpleu##n, U, a <= b ? -1 : 0) \
  XPILER_SIMT_PARTS(__vcmples##n, S, a <= b ? -1 : 0) \
  XPILER_SIMT_PARTS(__vabsdiffs##n, S, a < b ? b - a : a - b) \
  XPILER_SIMT_PARTS(__vseteq##n, U, a == b) \
  XPILER_SIMT_PARTS(__vsetne##n, U, a != b) \
  XPILER_SIMT_PARTS(__vsetgtu##n, U, a > b) \
  XPILER_SIMT_PARTS(__vsetgts##n, S, a > b) \
  XPILER_SIMT_PARTS(__vsetltu##n, U, a < b) \
  XPILER_SIMT_PARTS(__vsetlts##n, S, a < b)
XPILER_SIMT_PACKED(4, signed char, unsigned char, -128, 127, 255)
XPILER_SIMT_PACKED(2, short, unsigned short, -32768, 32767, 65535)
#undef XPILER_SIMT_PACKED
#undef XPILER_SIMT_PARTS

XPILER_SIMT_INLINE unsigned __usad(unsigned a, unsigned b, unsigned c) { return c + (a < b ? b - a : a - b); }
XPILER_SIMT_INLINE unsigned __uhadd(unsigned a, unsigned b) { return unsigned((std::uint64_t(a) + b) >> 1); }
XPILER_SIMT_INLINE unsigned __urhadd(unsigned a, unsigned b) { return unsigned((std::uint64_t(a) + b + 1) >> 1); }

/// Two 16-bit numbers times two bytes of the low (or high) half of `b`.
template <class Wide, class Narrow>
XPILER_SIMT_INLINE unsigned xpiler_simt_dp2a(unsigned a, unsigned b, unsigned c, unsigned shift) {
  for (unsigned i = 0; i < 2; ++i) c += unsigned(int(Wide(a >> 16 * i)) * int(Narrow(b >> (shift + 8 * i))));
  return c;
}
XPILER_SIMT_INLINE int __dp2a_lo(int a, int b, int c) { return int(xpiler_simt_dp2a<short, signed char>(a, b, c, 0)); }
XPILER_SIMT_INLINE int __dp2a_hi(int a, int b, int c) { return int(xpiler_simt_dp2a<short, signed char>(a, b, c, 16)); }
XPILER_SIMT_INLINE unsigned __dp2a_lo(unsigned a, unsigned b, unsigned c) {
  return xpiler_simt_dp2a<unsigned short, unsigned char>(a, b, c, 0);
}
XPILER_SIMT_INLINE unsigned __dp2a_hi(unsigned a, unsigned b, unsigned c) {
  return xpiler_simt_dp2a<unsigned short, unsigned char>(a, b, c, 16);
}

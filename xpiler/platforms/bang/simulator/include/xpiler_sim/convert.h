// Vector conversions `__bang_<from>2<to>[_mode]`; the element types are in the name, so pointers may be of any type of that width.
#pragma once
#include "xpiler_sim/call.h"
#include "xpiler_sim/scalar.h"
#include "xpiler_sim/types.h"

namespace xpiler_sim {

/// value = integer * 2^fix_position; `overlap`: dst may be src.
struct Convert {
  Type to, from;
  void *dst;
  const void *src;
  unsigned count;
  Round mode;
  int fix_position = 0;
  bool overlap = false;
  long dst_stride = 0, src_stride = 0, segments = 1;
};
void convert(const Call &call, const Convert &request);

} // namespace xpiler_sim

// Pointers may be of any type of the element's width: char and signed char, short and unsigned short.
#define XPILER_SIM_WIDTHS(D, S) \
  static_assert(sizeof(To) == sizeof(D) && sizeof(From) == sizeof(S), "a pointer to elements of another width than the name says")
#define XPILER_SIM_CONVERT(name, D, to, S, from, mode, overlap) \
  template <class To, class From> \
  inline void name(To *dst, const From *src, unsigned n, XPILER_SIM_AT) { \
    XPILER_SIM_WIDTHS(D, S); \
    using namespace xpiler_sim; \
    convert({#name, at}, {Type::to, Type::from, dst, src, n, Round::mode, 0, overlap}); \
  }
#define XPILER_SIM_CONVERT_STRIDED(name, D, to, S, from, mode, overlap) \
  XPILER_SIM_CONVERT(name, D, to, S, from, mode, overlap) \
  template <class To, class From> \
  inline void name(To *dst, const From *src, unsigned n, long dst_stride, long src_stride, long segnum, XPILER_SIM_AT) { \
    XPILER_SIM_WIDTHS(D, S); \
    using namespace xpiler_sim; \
    convert({#name, at}, {Type::to, Type::from, dst, src, n, Round::mode, 0, false, dst_stride, src_stride, segnum + 1}); \
  }
#define XPILER_SIM_CONVERT_FIX(name, D, to, S, from, mode, overlap) \
  XPILER_SIM_CONVERT(name, D, to, S, from, mode, overlap) \
  template <class To, class From> \
  inline void name(To *dst, const From *src, unsigned n, int fix_position, XPILER_SIM_AT) { \
    XPILER_SIM_WIDTHS(D, S); \
    using namespace xpiler_sim; \
    convert({#name, at}, {Type::to, Type::from, dst, src, n, Round::mode, fix_position, overlap}); \
  }
#define XPILER_SIM_MODES(form, stem, D, to, S, from, overlap) \
  form(stem, D, to, S, from, tz, overlap) form(stem##_rn, D, to, S, from, rn, overlap) form(stem##_rd, D, to, S, from, rd, overlap) \
      form(stem##_tz, D, to, S, from, tz, overlap) form(stem##_oz, D, to, S, from, oz, overlap) \
          form(stem##_up, D, to, S, from, up, overlap) form(stem##_dn, D, to, S, from, dn, overlap) \
              form(stem##_rm, D, to, S, from, rm, overlap) form(stem##_sr, D, to, S, from, sr, overlap)

XPILER_SIM_CONVERT_STRIDED(__bang_half2float, float, f32, half, f16, rn, false)
XPILER_SIM_CONVERT_STRIDED(__bang_bfloat162float, float, f32, bfloat16_t, bf16, rn, false)
XPILER_SIM_MODES(XPILER_SIM_CONVERT_STRIDED, __bang_float2half, half, f16, float, f32, true)
XPILER_SIM_MODES(XPILER_SIM_CONVERT_STRIDED, __bang_float2bfloat16, bfloat16_t, bf16, float, f32, true)

// Every integer width with both wide floats: from floats the named modes round, to floats nearest even holds the value.
#define XPILER_SIM_INTEGER(bits, I, tag) \
  XPILER_SIM_MODES(XPILER_SIM_CONVERT_FIX, __bang_float2int##bits, I, tag, float, f32, true) \
  XPILER_SIM_MODES(XPILER_SIM_CONVERT_FIX, __bang_half2int##bits, I, tag, half, f16, false) \
  XPILER_SIM_MODES(XPILER_SIM_CONVERT_FIX, __bang_bfloat162int##bits, I, tag, bfloat16_t, bf16, false) \
  XPILER_SIM_MODES(XPILER_SIM_CONVERT_FIX, __bang_int##bits##2half, half, f16, I, tag, false) \
  XPILER_SIM_MODES(XPILER_SIM_CONVERT_FIX, __bang_int##bits##2bfloat16, bfloat16_t, bf16, I, tag, false)
XPILER_SIM_INTEGER(8, signed char, i8)
XPILER_SIM_INTEGER(16, short, i16)
XPILER_SIM_INTEGER(32, int, i32)
XPILER_SIM_MODES(XPILER_SIM_CONVERT_FIX, __bang_int82float, float, f32, signed char, i8, false)
XPILER_SIM_MODES(XPILER_SIM_CONVERT_FIX, __bang_int162float, float, f32, short, i16, false)
XPILER_SIM_MODES(XPILER_SIM_CONVERT_FIX, __bang_int322float, float, f32, int, i32, true)
XPILER_SIM_CONVERT_FIX(__bang_uchar2half, half, f16, unsigned char, u8, rn, false)
XPILER_SIM_CONVERT_FIX(__bang_uchar2float, float, f32, unsigned char, u8, rn, false)
XPILER_SIM_CONVERT(__bang_int82int16, short, i16, signed char, i8, rn, false)
XPILER_SIM_CONVERT(__bang_int82int32, int, i32, signed char, i8, rn, false)
XPILER_SIM_CONVERT(__bang_int162int32, int, i32, short, i16, rn, false)
XPILER_SIM_CONVERT(__bang_int162int8, signed char, i8, short, i16, rn, false)
XPILER_SIM_CONVERT(__bang_int322int16, short, i16, int, i32, rn, false)
XPILER_SIM_CONVERT(__bang_int322int8, signed char, i8, int, i32, rn, false)
#undef XPILER_SIM_INTEGER
#undef XPILER_SIM_MODES
#undef XPILER_SIM_CONVERT_FIX
#undef XPILER_SIM_CONVERT_STRIDED
#undef XPILER_SIM_CONVERT
#undef XPILER_SIM_WIDTHS

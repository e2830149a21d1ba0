// Conversions. rn: to nearest even; rd: to nearest, ties away from zero; tz: towards zero; oz, up, dn: as they say.
#pragma once

#define BANG_CONVERT(name, S, D) void name(D *dst, const S *src, unsigned n);
#define BANG_CONVERT_FIXED(name, S, D) void name(D *dst, const S *src, unsigned n, int fix_position);
#define BANG_MODES(DECLARE, name, S, D) \
  DECLARE(name##_rn, S, D) \
  DECLARE(name##_rd, S, D) DECLARE(name##_tz, S, D) DECLARE(name##_oz, S, D) DECLARE(name##_up, S, D) DECLARE(name##_dn, S, D)

BANG_CONVERT(__bang_float2half, float, half)
BANG_MODES(BANG_CONVERT, __bang_float2half, float, half)
BANG_CONVERT(__bang_half2float, half, float)
BANG_CONVERT(__bang_float2bfloat16, float, bfloat16_t)
BANG_MODES(BANG_CONVERT, __bang_float2bfloat16, float, bfloat16_t)
BANG_CONVERT(__bang_bfloat162float, bfloat16_t, float)

#define BANG_INTEGER(type, T) \
  BANG_CONVERT_FIXED(__bang_float2##type, float, T) \
  BANG_MODES(BANG_CONVERT_FIXED, __bang_float2##type, float, T) \
  BANG_CONVERT_FIXED(__bang_##type##2float, T, float) \
  BANG_MODES(BANG_CONVERT_FIXED, __bang_##type##2float, T, float) \
  BANG_CONVERT_FIXED(__bang_half2##type, half, T) \
  BANG_MODES(BANG_CONVERT_FIXED, __bang_half2##type, half, T) \
  BANG_CONVERT_FIXED(__bang_##type##2half, T, half) \
  BANG_MODES(BANG_CONVERT_FIXED, __bang_##type##2half, T, half) \
  BANG_CONVERT(__bang_float2##type, float, T) \
  BANG_MODES(BANG_CONVERT, __bang_float2##type, float, T) \
  BANG_CONVERT(__bang_##type##2float, T, float) \
  BANG_MODES(BANG_CONVERT, __bang_##type##2float, T, float) \
  BANG_CONVERT(__bang_half2##type, half, T) \
  BANG_CONVERT(__bang_##type##2half, T, half)
BANG_INTEGER(int32, int)
BANG_INTEGER(int16, short)
BANG_INTEGER(int8, signed char)
BANG_INTEGER(int8, char)
BANG_INTEGER(uchar, unsigned char)

// Scalar types, directions and the macros that stamp out one overload a type.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef _Float16 half;
typedef __bf16 bfloat16_t;

// The order fixes the values; old headers lack LDRAM2LDRAM, so nothing here may depend on SRAM2SRAM's number.
typedef enum {
  GDRAM2NRAM = 0,
  NRAM2GDRAM,
  LDRAM2NRAM,
  NRAM2LDRAM,
  GDRAM2WRAM,
  WRAM2GDRAM,
  LDRAM2WRAM,
  WRAM2LDRAM,
  NRAM2NRAM,
  NRAM2WRAM,
  WRAM2NRAM,
  GDRAM2SRAM,
  SRAM2GDRAM,
  LDRAM2SRAM,
  SRAM2LDRAM,
  SRAM2NRAM,
  NRAM2SRAM,
  SRAM2WRAM,
  WRAM2SRAM,
  GDRAM2GDRAM,
  GDRAM2LDRAM,
  LDRAM2GDRAM,
  LDRAM2LDRAM,
  SRAM2SRAM,
} mluMemcpyDirection_t;

#define BANG_EACH_FLOAT(DECLARE, name) DECLARE(name, float) DECLARE(name, half) DECLARE(name, bfloat16_t)
#define BANG_EACH_INT(DECLARE, name) DECLARE(name, char) DECLARE(name, signed char) DECLARE(name, short) DECLARE(name, int)
#define BANG_EACH_UNSIGNED(DECLARE, name) DECLARE(name, unsigned char) DECLARE(name, unsigned short) DECLARE(name, unsigned)
#define BANG_EACH_TYPE(DECLARE, name) BANG_EACH_FLOAT(DECLARE, name) BANG_EACH_INT(DECLARE, name) BANG_EACH_UNSIGNED(DECLARE, name)

#define BANG_UNARY(name, T) void name(T *dst, const T *src, unsigned n);
#define BANG_BINARY(name, T) void name(T *dst, const T *src0, const T *src1, unsigned n);
#define BANG_SCALAR(name, T) void name(T *dst, const T *src, T value, unsigned n);
#define BANG_CYCLE(name, T) void name(T *dst, const T *src, const T *seg, unsigned src_n, unsigned seg_n);

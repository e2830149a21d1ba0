// Bitwise operations (counted in bytes), lookups, byte masks and atomics.
#pragma once

#define BANG_BITS(name, T) \
  void __bang_b##name(T *dst, const T *src0, const T *src1, unsigned bytes); \
  void __bang_cycle_b##name(T *dst, const T *src, const T *seg, unsigned bytes, unsigned seg_bytes);
#define BANG_BYTES(name) BANG_BITS(name, char) BANG_BITS(name, signed char) BANG_BITS(name, unsigned char)
BANG_BYTES(and)
BANG_BYTES(or)
BANG_BYTES(xor)
void __bang_bnot(char *dst, const char *src, unsigned bytes);
void __bang_maskmove(void *dst, const void *src, const void *mask, unsigned size);

#define BANG_LUT(name, T) void name(T *dst, const unsigned *index, const T *table, unsigned n, unsigned length);
BANG_EACH_TYPE(BANG_LUT, __bang_lut)

#define BANG_ATOMIC(kind, T) \
  void __bang_atomic_##kind(T *dst, T *gdram, const T *src, unsigned n); \
  void __bang_atomic_##kind(T *dst, T *gdram, T value, unsigned n); \
  void __bang_atomic_reduce_##kind(T *gdram, const T *src, unsigned n); \
  void __bang_atomic_reduce_##kind(T *gdram, T value, unsigned n);
#define BANG_EACH_ATOMIC(kind) \
  BANG_ATOMIC(kind, float) BANG_ATOMIC(kind, half) BANG_ATOMIC(kind, int) BANG_ATOMIC(kind, unsigned) BANG_ATOMIC(kind, short)
BANG_EACH_ATOMIC(add)
BANG_EACH_ATOMIC(max)
BANG_EACH_ATOMIC(min)

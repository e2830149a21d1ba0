// char1 to double4: plain structures with the platforms' alignments, and their make_ functions.
#pragma once
#include "execution.h"

#define XPILER_SIMT_VECTORS(T, name, a1, a2, a4) \
  struct __attribute__((aligned(a1))) name##1 { T x; }; \
  struct __attribute__((aligned(a2))) name##2 { T x, y; }; \
  struct name##3 { T x, y, z; }; \
  struct __attribute__((aligned(a4))) name##4 { T x, y, z, w; }; \
  XPILER_SIMT_INLINE name##1 make_##name##1(T x) { return {x}; } \
  XPILER_SIMT_INLINE name##2 make_##name##2(T x, T y) { return {x, y}; } \
  XPILER_SIMT_INLINE name##3 make_##name##3(T x, T y, T z) { return {x, y, z}; } \
  XPILER_SIMT_INLINE name##4 make_##name##4(T x, T y, T z, T w) { return {x, y, z, w}; }

XPILER_SIMT_VECTORS(signed char, char, 1, 2, 4)
XPILER_SIMT_VECTORS(unsigned char, uchar, 1, 2, 4)
XPILER_SIMT_VECTORS(short, short, 2, 4, 8)
XPILER_SIMT_VECTORS(unsigned short, ushort, 2, 4, 8)
XPILER_SIMT_VECTORS(int, int, 4, 8, 16)
XPILER_SIMT_VECTORS(long, long, 8, 16, 16)
XPILER_SIMT_VECTORS(unsigned long, ulong, 8, 16, 16)
XPILER_SIMT_VECTORS(long long, longlong, 8, 16, 16)
XPILER_SIMT_VECTORS(unsigned long long, ulonglong, 8, 16, 16)
XPILER_SIMT_VECTORS(float, float, 4, 8, 16)
XPILER_SIMT_VECTORS(double, double, 8, 16, 16)
#undef XPILER_SIMT_VECTORS

// uint3 is the type of the indices and lives in execution.h.
struct uint1 {
  unsigned x;
};
struct __attribute__((aligned(8))) uint2 {
  unsigned x, y;
};
struct __attribute__((aligned(16))) uint4 {
  unsigned x, y, z, w;
};
XPILER_SIMT_INLINE uint1 make_uint1(unsigned x) { return {x}; }
XPILER_SIMT_INLINE uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
XPILER_SIMT_INLINE uint3 make_uint3(unsigned x, unsigned y, unsigned z) { return {x, y, z}; }
XPILER_SIMT_INLINE uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

// Device functions that are C in terms of others: the front end reads their bodies in place of a call.
// Included at the end of xpiler_simt.h.
#pragma once

// floats
inline float rcbrtf(float x) { return 1.0f / cbrtf(x); }
inline float sinpif(float x) { return sinf(3.14159265358979f * x); }
inline float cospif(float x) { return cosf(3.14159265358979f * x); }
inline float hypotf(float x, float y) { return sqrtf(x * x + y * y); }
inline float rhypotf(float x, float y) { return rsqrtf(x * x + y * y); }
inline float norm3df(float x, float y, float z) { return sqrtf(x * x + y * y + z * z); }
inline float rnorm3df(float x, float y, float z) { return rsqrtf(x * x + y * y + z * z); }
inline float normcdff(float x) { return 0.5f * (1.0f + erff(x * 0.707106781186547524f)); }
inline float ldexpf(float x, int exponent) { return x * exp2f((float)exponent); }
inline double __dadd_rn(double x, double y) { return x + y; }
inline double __dsub_rn(double x, double y) { return x - y; }
inline double __dmul_rn(double x, double y) { return x * y; }
inline double __ddiv_rn(double x, double y) { return x / y; }
inline double __fma_rn(double x, double y, double z) { return fma(x, y, z); }
inline float __double2float_rn(double x) { return (float)x; }
inline int __double2int_rz(double x) { return (int)x; }
inline double __int2double_rn(int x) { return (double)x; }
inline float __ll2float_rn(long long x) { return (float)x; }
inline bool __isnanf(float x) { return isnan(x); }
inline bool __isinff(float x) { return isinf(x); }
inline bool __finitef(float x) { return isfinite(x); }
inline half2 h2div(half2 a, half2 b) { return __h2div(a, b); }

// integers and bits
inline unsigned umin(unsigned a, unsigned b) { return min(a, b); }
inline unsigned umax(unsigned a, unsigned b) { return max(a, b); }
inline int __mul24(int a, int b) { return ((int)((unsigned)a << 8) >> 8) * ((int)((unsigned)b << 8) >> 8); }
inline unsigned __umul24(unsigned a, unsigned b) { return (a & 0xffffffu) * (b & 0xffffffu); }
inline unsigned __sad(int a, int b, unsigned c) { return c + (a > b ? (unsigned)a - (unsigned)b : (unsigned)b - (unsigned)a); }
inline unsigned __usad(unsigned a, unsigned b, unsigned c) { return c + (a > b ? a - b : b - a); }
inline int __hadd(int a, int b) { return (int)(((long long)a + b) >> 1); }
inline int __rhadd(int a, int b) { return (int)(((long long)a + b + 1) >> 1); }
inline unsigned __uhadd(unsigned a, unsigned b) { return (unsigned)(((unsigned long long)a + b) >> 1); }
inline unsigned __urhadd(unsigned a, unsigned b) { return (unsigned)(((unsigned long long)a + b + 1) >> 1); }
inline unsigned __brev(unsigned x) {
  x = (x >> 1 & 0x55555555u) | (x & 0x55555555u) << 1;
  x = (x >> 2 & 0x33333333u) | (x & 0x33333333u) << 2;
  x = (x >> 4 & 0x0f0f0f0fu) | (x & 0x0f0f0f0fu) << 4;
  x = (x >> 8 & 0x00ff00ffu) | (x & 0x00ff00ffu) << 8;
  return x >> 16 | x << 16;
}
inline unsigned long long __brevll(unsigned long long x) {
  return (unsigned long long)__brev((unsigned)x) << 32 | __brev((unsigned)(x >> 32));
}
inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selector) {
  unsigned long long bytes = (unsigned long long)y << 32 | x;
  unsigned result = 0;
  for (int i = 0; i < 4; ++i) {
    unsigned code = selector >> 4 * i & 15u, byte = (unsigned)(bytes >> 8 * (code & 7u)) & 0xffu;
    result |= ((code & 8u) != 0u ? (byte >= 0x80u ? 0xffu : 0u) : byte) << 8 * i; // the eighth bit asks for the sign
  }
  return result;
}
inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift) {
  return (unsigned)((((unsigned long long)high << 32 | low) << (shift & 31u)) >> 32);
}
inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) {
  return (unsigned)(((unsigned long long)high << 32 | low) >> (shift & 31u));
}

// the parts of a word, four bytes or two halves, each by itself
#define XPILER_PARTS(name, bits, Part, result)                                                \
  inline unsigned name(unsigned x, unsigned y) {                                              \
    unsigned word = 0;                                                                        \
    for (int shift = 0; shift < 32; shift += bits) {                                          \
      int a = (Part)(x >> shift), b = (Part)(y >> shift);                                     \
      word |= ((unsigned)(result) & (0xffffffffu >> (32 - bits))) << shift;                   \
    }                                                                                         \
    return word;                                                                              \
  }
#define XPILER_PACKED(n, bits, S, U, lowest, highest, largest)                                \
  XPILER_PARTS(__vadd##n, bits, U, a + b)                                                     \
  XPILER_PARTS(__vsub##n, bits, U, a - b)                                                     \
  XPILER_PARTS(__vaddus##n, bits, U, min(a + b, largest))                                     \
  XPILER_PARTS(__vaddss##n, bits, S, max(min(a + b, highest), lowest))                        \
  XPILER_PARTS(__vsubus##n, bits, U, max(a - b, 0))                                           \
  XPILER_PARTS(__vsubss##n, bits, S, max(min(a - b, highest), lowest))                        \
  XPILER_PARTS(__vabsdiffu##n, bits, U, max(a, b) - min(a, b))                                \
  XPILER_PARTS(__vabsdiffs##n, bits, S, max(a, b) - min(a, b))                                \
  XPILER_PARTS(__vmaxu##n, bits, U, max(a, b))                                                \
  XPILER_PARTS(__vminu##n, bits, U, min(a, b))                                                \
  XPILER_PARTS(__vmaxs##n, bits, S, max(a, b))                                                \
  XPILER_PARTS(__vmins##n, bits, S, min(a, b))                                                \
  XPILER_PARTS(__vavgu##n, bits, U, (a + b + 1) >> 1)                                         \
  XPILER_PARTS(__vcmpeq##n, bits, U, a == b ? -1 : 0)                                         \
  XPILER_PARTS(__vcmpne##n, bits, U, a != b ? -1 : 0)                                         \
  XPILER_PARTS(__vcmpgtu##n, bits, U, a > b ? -1 : 0)                                         \
  XPILER_PARTS(__vcmpgts##n, bits, S, a > b ? -1 : 0)                                         \
  XPILER_PARTS(__vcmpgeu##n, bits, U, a >= b ? -1 : 0)                                        \
  XPILER_PARTS(__vcmpges##n, bits, S, a >= b ? -1 : 0)                                        \
  XPILER_PARTS(__vcmpltu##n, bits, U, a < b ? -1 : 0)                                         \
  XPILER_PARTS(__vcmplts##n, bits, S, a < b ? -1 : 0)                                         \
  XPILER_PARTS(__vcmpleu##n, bits, U, a <= b ? -1 : 0)                                        \
  XPILER_PARTS(__vcmples##n, bits, S, a <= b ? -1 : 0)
XPILER_PACKED(4, 8, signed char, unsigned char, -128, 127, 255)
XPILER_PACKED(2, 16, short, unsigned short, -32768, 32767, 65535)

// Functions of numbers that are HIP's and not in clang's headers.
#pragma once
#include <cstring>

// HIP lets device code call min and max without std::.
#define XPILER_ORDER(T) \
  __host__ __device__ inline T min(T a, T b) { return b < a ? b : a; } \
  __host__ __device__ inline T max(T a, T b) { return a < b ? b : a; }
XPILER_ORDER(unsigned)
XPILER_ORDER(long)
XPILER_ORDER(unsigned long)
XPILER_ORDER(long long)
XPILER_ORDER(unsigned long long)
#undef XPILER_ORDER

template <class To, class From>
__device__ inline To xpiler_bits(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  __builtin_memcpy(&to, &from, sizeof(To));
  return to;
}
__device__ inline int __float_as_int(float x) { return xpiler_bits<int>(x); }
__device__ inline unsigned __float_as_uint(float x) { return xpiler_bits<unsigned>(x); }
__device__ inline float __int_as_float(int x) { return xpiler_bits<float>(x); }
__device__ inline float __uint_as_float(unsigned x) { return xpiler_bits<float>(x); }
__device__ inline long long __double_as_longlong(double x) { return xpiler_bits<long long>(x); }
__device__ inline double __longlong_as_double(long long x) { return xpiler_bits<double>(x); }
__device__ inline int __popc(unsigned x) { return __builtin_popcount(x); }
__device__ inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
__device__ inline int __clz(int x) { return x ? __builtin_clz(x) : 32; }
__device__ inline int __clzll(long long x) { return x ? __builtin_clzll(x) : 64; }
__device__ inline int __ffs(int x) { return __builtin_ffs(x); }
__device__ inline int __ffsll(long long x) { return __builtin_ffsll(x); }
__device__ inline int __mul24(int a, int b) { return ((a << 8) >> 8) * ((b << 8) >> 8); }
__device__ inline int __mulhi(int a, int b) { return (int)(((long long)a * b) >> 32); }
__device__ inline unsigned __umulhi(unsigned a, unsigned b) { return (unsigned)(((unsigned long long)a * b) >> 32); }
template <class T>
__device__ inline T __ldg(const T *p) {
  return *p;
}

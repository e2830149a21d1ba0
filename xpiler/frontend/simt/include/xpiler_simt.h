// What CUDA and HIP have in common: qualifiers, vector types, indices, mathematics, half precision, atomics.
// Declarations only: the front end reads every call by its name. What is C in terms of these is in xpiler_simt_functions.h.
#pragma once
#include "xpiler_standard.h"
#include "math.h"

#pragma clang force_cuda_host_device begin

#define __global__ __attribute__((global))
#define __device__ __attribute__((device))
#define __host__ __attribute__((host))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))
#define __managed__
#define __forceinline__ inline
#define __noinline__
#define __restrict __restrict__
#define __align__(n) __attribute__((aligned(n)))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#define __grid_constant__
#define __inline__ inline

#define XPILER_VECTOR_TYPES(X) \
  X(char, signed char) X(uchar, unsigned char) X(short, short) X(ushort, unsigned short) X(int, int) \
  X(uint, unsigned int) X(long, long) X(ulong, unsigned long) X(longlong, long long) \
  X(ulonglong, unsigned long long) X(float, float) X(double, double)

#define XPILER_VECTOR_TYPE(name, T)                                                                             \
  struct name##1 { T x; };                                                                                      \
  struct name##2 { T x, y; };                                                                                   \
  struct name##3 { T x, y, z; };                                                                                \
  struct name##4 { T x, y, z, w; };                                                                             \
  name##1 make_##name##1(T);                                                                                    \
  name##2 make_##name##2(T, T);                                                                                 \
  name##3 make_##name##3(T, T, T);                                                                              \
  name##4 make_##name##4(T, T, T, T);
XPILER_VECTOR_TYPES(XPILER_VECTOR_TYPE)

struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
  constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
};
extern const uint3 threadIdx, blockIdx;
extern const dim3 blockDim, gridDim;
extern const int warpSize;

typedef _Float16 half;
typedef _Float16 __half;
struct half2 { half x, y; };
typedef half2 __half2;

// mathematics beyond C's
double rsqrt(double); float rsqrt(float); float rsqrtf(float);
double exp10(double); float exp10(float); float exp10f(float);
float fdividef(float, float);
int min(int, int); unsigned min(unsigned, unsigned); unsigned min(int, unsigned); unsigned min(unsigned, int);
long min(long, long); unsigned long min(unsigned long, unsigned long); long long min(long long, long long);
unsigned long long min(unsigned long long, unsigned long long); float min(float, float); double min(double, double);
double min(float, double); double min(double, float);
int max(int, int); unsigned max(unsigned, unsigned); unsigned max(int, unsigned); unsigned max(unsigned, int);
long max(long, long); unsigned long max(unsigned long, unsigned long); long long max(long long, long long);
unsigned long long max(unsigned long long, unsigned long long); float max(float, float); double max(double, double);
double max(float, double); double max(double, float);
float __expf(float); float __exp10f(float); float __logf(float); float __log2f(float); float __log10f(float);
float __sinf(float); float __cosf(float); float __tanf(float); float __powf(float, float); float __fdividef(float, float);
float __saturatef(float); float __frcp_rn(float); float __fsqrt_rn(float); float __frsqrt_rn(float);
float __fadd_rn(float, float); float __fsub_rn(float, float); float __fmul_rn(float, float); float __fdiv_rn(float, float);
float __fmaf_rn(float, float, float);
int __mulhi(int, int); unsigned __umulhi(unsigned, unsigned);
int __popc(unsigned); int __popcll(unsigned long long); int __clz(int); int __clzll(long long);
int __ffs(int); int __ffsll(long long);
int __float_as_int(float); unsigned __float_as_uint(float); float __int_as_float(int); float __uint_as_float(unsigned);
long long __double_as_longlong(double); double __longlong_as_double(long long);
int __float2int_rn(float); int __float2int_rz(float); int __float2int_ru(float); int __float2int_rd(float);
unsigned __float2uint_rn(float); unsigned __float2uint_rz(float); float __int2float_rn(int); float __uint2float_rn(unsigned);
int __dp4a(int, int, int); unsigned __dp4a(unsigned, unsigned, unsigned);

// half precision
half __float2half(float); half __float2half_rn(float); half __double2half(double); float __half2float(half);
half __int2half_rn(int); half __uint2half_rn(unsigned); half __short2half_rn(short); int __half2int_rn(half); int __half2int_rz(half);
half __ushort_as_half(unsigned short); half __short_as_half(short); unsigned short __half_as_ushort(half); short __half_as_short(half);
half2 __float2half2_rn(float); half2 __floats2half2_rn(float, float); half2 __half2half2(half); half2 __halves2half2(half, half);
half2 __float22half2_rn(float2); float2 __half22float2(half2); half __low2half(half2); half __high2half(half2);
float __low2float(half2); float __high2float(half2); half2 __low2half2(half2); half2 __high2half2(half2);
half2 __lows2half2(half2, half2); half2 __highs2half2(half2, half2); half2 __lowhigh2highlow(half2);
half2 make_half2(half, half);
#define XPILER_SMALL_FLOAT_MATH(T, T2)                                                                            \
  T __hadd(T, T); T __hsub(T, T); T __hmul(T, T); T __hdiv(T, T); T __hfma(T, T, T); T __hneg(T); T __habs(T);    \
  T __hmax(T, T); T __hmin(T, T); T __hadd_rn(T, T); T __hsub_rn(T, T); T __hmul_rn(T, T);                        \
  bool __heq(T, T); bool __hne(T, T); bool __hlt(T, T); bool __hle(T, T); bool __hgt(T, T); bool __hge(T, T);     \
  bool __hisnan(T); int __hisinf(T);                                                                              \
  T hexp(T); T hexp2(T); T hlog(T); T hlog2(T); T hlog10(T); T hsqrt(T); T hrsqrt(T); T hrcp(T); T hsin(T);       \
  T hcos(T); T hfloor(T); T hceil(T); T hrint(T); T htrunc(T); T htanh(T);                                        \
  T2 __hadd2(T2, T2); T2 __hsub2(T2, T2); T2 __hmul2(T2, T2); T2 __h2div(T2, T2); T2 __hfma2(T2, T2, T2);         \
  T2 __hneg2(T2); T2 __habs2(T2); T2 __hmax2(T2, T2); T2 __hmin2(T2, T2);                                         \
  T2 h2exp(T2); T2 h2log(T2); T2 h2sqrt(T2); T2 h2rsqrt(T2); T2 h2rcp(T2); T2 h2sin(T2); T2 h2cos(T2);            \
  T2 operator+(const T2 &, const T2 &); T2 operator-(const T2 &, const T2 &);                                     \
  T2 operator*(const T2 &, const T2 &); T2 operator/(const T2 &, const T2 &);                                     \
  T2 &operator+=(T2 &, const T2 &); T2 &operator-=(T2 &, const T2 &);                                             \
  T2 &operator*=(T2 &, const T2 &); T2 &operator/=(T2 &, const T2 &);
XPILER_SMALL_FLOAT_MATH(half, half2)
struct xpiler_bfloat162 { __bf16 x, y; };
XPILER_SMALL_FLOAT_MATH(__bf16, xpiler_bfloat162)
__bf16 __float2bfloat16(float); __bf16 __float2bfloat16_rn(float); float __bfloat162float(__bf16); __bf16 __double2bfloat16(double);
xpiler_bfloat162 __float2bfloat162_rn(float); xpiler_bfloat162 __floats2bfloat162_rn(float, float);
xpiler_bfloat162 __float22bfloat162_rn(float2); float2 __bfloat1622float2(xpiler_bfloat162);
xpiler_bfloat162 __bfloat162bfloat162(__bf16); xpiler_bfloat162 __halves2bfloat162(__bf16, __bf16);
float __low2float(xpiler_bfloat162); float __high2float(xpiler_bfloat162);
__bf16 __low2bfloat16(xpiler_bfloat162); __bf16 __high2bfloat16(xpiler_bfloat162);
unsigned short __bfloat16_as_ushort(__bf16); __bf16 __ushort_as_bfloat16(unsigned short);

// memory
#define XPILER_EVERY_TYPE(X)                                                                                      \
  X(char) X(signed char) X(unsigned char) X(short) X(unsigned short) X(int) X(unsigned) X(long) X(unsigned long)  \
  X(long long) X(unsigned long long) X(float) X(double) X(half) X(half2) X(__bf16) X(xpiler_bfloat162)            \
  X(int2) X(int4) X(uint2) X(uint4) X(float2) X(float4) X(double2) X(uchar4) X(char4)
#define XPILER_LOADS(T)                                                                                           \
  T __ldg(const T *); T __ldca(const T *); T __ldcg(const T *); T __ldcs(const T *); T __ldlu(const T *);         \
  T __ldcv(const T *); void __stcg(T *, T); void __stcs(T *, T); void __stwb(T *, T); void __stwt(T *, T);
XPILER_EVERY_TYPE(XPILER_LOADS)

#define XPILER_ATOMIC_INTEGERS(X) X(int) X(unsigned) X(unsigned long long) X(long long)
#define XPILER_ATOMICS(T)                                                                                         \
  T atomicAdd(T *, T); T atomicSub(T *, T); T atomicMin(T *, T); T atomicMax(T *, T); T atomicExch(T *, T);       \
  T atomicAnd(T *, T); T atomicOr(T *, T); T atomicXor(T *, T); T atomicCAS(T *, T, T);
XPILER_ATOMIC_INTEGERS(XPILER_ATOMICS)
unsigned atomicInc(unsigned *, unsigned); unsigned atomicDec(unsigned *, unsigned);
float atomicAdd(float *, float); double atomicAdd(double *, double); half atomicAdd(half *, half);
__bf16 atomicAdd(__bf16 *, __bf16); half2 atomicAdd(half2 *, half2); float atomicExch(float *, float);
unsigned short atomicCAS(unsigned short *, unsigned short, unsigned short);

// barriers (the platforms' headers declare __syncthreads) and fences
int __syncthreads_count(int); int __syncthreads_and(int); int __syncthreads_or(int);
void __threadfence(); void __threadfence_block(); void __threadfence_system();
long long clock64(); int clock();

#include "xpiler_simt_functions.h"

#pragma clang force_cuda_host_device end

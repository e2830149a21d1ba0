// __half: a class around the compiler's own type, which arithmetic goes through.
#pragma once
#include "hip_runtime.h"

#define XPILER_SMALL_FLOAT(Class, Native) \
  struct Class { \
    Native data; \
    Class() = default; \
    __host__ __device__ Class(Native value) : data(value) {} \
    __host__ __device__ operator Native() const { return data; } \
  }; \
  __host__ __device__ inline bool __hisnan(Class a) { return a.data != a.data; } \
  __host__ __device__ inline Class __hadd(Class a, Class b) { return Native(a.data + b.data); } \
  __host__ __device__ inline Class __hsub(Class a, Class b) { return Native(a.data - b.data); } \
  __host__ __device__ inline Class __hmul(Class a, Class b) { return Native(a.data * b.data); } \
  __host__ __device__ inline Class __hdiv(Class a, Class b) { return Native(a.data / b.data); } \
  __host__ __device__ inline Class __hneg(Class a) { return Native(-a.data); } \
  __host__ __device__ inline bool __heq(Class a, Class b) { return a.data == b.data; } \
  __host__ __device__ inline bool __hlt(Class a, Class b) { return a.data < b.data; } \
  __host__ __device__ inline bool __hgt(Class a, Class b) { return a.data > b.data; }

XPILER_SMALL_FLOAT(__half, _Float16)
typedef __half half;
struct alignas(4) __half2 {
  __half x, y;
};
typedef __half2 half2;
__host__ __device__ inline __half __float2half(float x) { return (_Float16)x; }
__host__ __device__ inline __half __float2half_rn(float x) { return (_Float16)x; }
__host__ __device__ inline float __half2float(__half x) { return (float)x.data; }
__device__ inline unsigned short __half_as_ushort(__half x) { return xpiler_bits<unsigned short>(x.data); }
__device__ inline __half __ushort_as_half(unsigned short x) { return xpiler_bits<_Float16>(x); }

// float4 and its kin, aligned as HIP aligns them, with arithmetic lane by lane.
#pragma once

template <class T, int N>
struct HIP_vector_type;
template <class T>
struct HIP_vector_type<T, 1> {
  T x;
};
template <class T>
struct alignas(2 * sizeof(T)) HIP_vector_type<T, 2> {
  T x, y;
};
template <class T>
struct HIP_vector_type<T, 3> {
  T x, y, z;
};
template <class T>
struct alignas(4 * sizeof(T) > 16 ? 16 : 4 * sizeof(T)) HIP_vector_type<T, 4> {
  T x, y, z, w;
};

#define XPILER_OPERATOR(op) \
  template <class T> \
  __host__ __device__ inline HIP_vector_type<T, 2> operator op(HIP_vector_type<T, 2> a, HIP_vector_type<T, 2> b) { \
    return {T(a.x op b.x), T(a.y op b.y)}; \
  } \
  template <class T> \
  __host__ __device__ inline HIP_vector_type<T, 3> operator op(HIP_vector_type<T, 3> a, HIP_vector_type<T, 3> b) { \
    return {T(a.x op b.x), T(a.y op b.y), T(a.z op b.z)}; \
  } \
  template <class T> \
  __host__ __device__ inline HIP_vector_type<T, 4> operator op(HIP_vector_type<T, 4> a, HIP_vector_type<T, 4> b) { \
    return {T(a.x op b.x), T(a.y op b.y), T(a.z op b.z), T(a.w op b.w)}; \
  } \
  template <class T, int N> \
  __host__ __device__ inline HIP_vector_type<T, N> &operator op## = (HIP_vector_type<T, N> & a, HIP_vector_type<T, N> b) { \
    return a = a op b; \
  }
XPILER_OPERATOR(+)
XPILER_OPERATOR(-)
XPILER_OPERATOR(*)
XPILER_OPERATOR(/)
#undef XPILER_OPERATOR

#define XPILER_VECTORS(name, T) \
  typedef HIP_vector_type<T, 1> name##1; \
  typedef HIP_vector_type<T, 2> name##2; \
  typedef HIP_vector_type<T, 3> name##3; \
  typedef HIP_vector_type<T, 4> name##4; \
  __host__ __device__ inline name##1 make_##name##1(T x) { return {x}; } \
  __host__ __device__ inline name##2 make_##name##2(T x, T y) { return {x, y}; } \
  __host__ __device__ inline name##3 make_##name##3(T x, T y, T z) { return {x, y, z}; } \
  __host__ __device__ inline name##4 make_##name##4(T x, T y, T z, T w) { return {x, y, z, w}; }
XPILER_VECTORS(char, signed char)
XPILER_VECTORS(uchar, unsigned char)
XPILER_VECTORS(short, short)
XPILER_VECTORS(ushort, unsigned short)
XPILER_VECTORS(int, int)
XPILER_VECTORS(uint, unsigned)
XPILER_VECTORS(long, long)
XPILER_VECTORS(ulong, unsigned long)
XPILER_VECTORS(longlong, long long)
XPILER_VECTORS(ulonglong, unsigned long long)
XPILER_VECTORS(float, float)
XPILER_VECTORS(double, double)
#undef XPILER_VECTORS

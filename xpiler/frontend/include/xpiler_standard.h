// Declarations of the standard library that kernels and launchers use. Never compiled: the front end reads calls by name.
#pragma once

#if defined(__CUDA__) || defined(__HIP__)
#pragma clang force_cuda_host_device begin
#endif

typedef signed char int8_t;
typedef short int16_t;
typedef int int32_t;
typedef long int64_t;
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long uint64_t;
typedef long intptr_t;
typedef unsigned long uintptr_t;
typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef long ssize_t;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef long intmax_t;
typedef unsigned long uintmax_t;

#define NULL nullptr
#define INT8_MIN (-128)
#define INT8_MAX 127
#define UINT8_MAX 255
#define INT16_MIN (-32768)
#define INT16_MAX 32767
#define UINT16_MAX 65535
#define INT32_MIN (-2147483647 - 1)
#define INT32_MAX 2147483647
#define UINT32_MAX 4294967295u
#define INT64_MIN (-9223372036854775807l - 1)
#define INT64_MAX 9223372036854775807l
#define UINT64_MAX 18446744073709551615ul
#define SIZE_MAX UINT64_MAX
#define INT8_C(value) value
#define INT16_C(value) value
#define INT32_C(value) value
#define INT64_C(value) value##l
#define UINT8_C(value) value
#define UINT16_C(value) value
#define UINT32_C(value) value##u
#define UINT64_C(value) value##ul
#define CHAR_BIT 8
#define SCHAR_MIN INT8_MIN
#define SCHAR_MAX INT8_MAX
#define UCHAR_MAX UINT8_MAX
#define CHAR_MIN INT8_MIN
#define CHAR_MAX INT8_MAX
#define SHRT_MIN INT16_MIN
#define SHRT_MAX INT16_MAX
#define USHRT_MAX UINT16_MAX
#define INT_MIN INT32_MIN
#define INT_MAX INT32_MAX
#define UINT_MAX UINT32_MAX
#define LONG_MIN INT64_MIN
#define LONG_MAX INT64_MAX
#define ULONG_MAX UINT64_MAX
#define LLONG_MAX __LONG_LONG_MAX__
#define LLONG_MIN (-LLONG_MAX - 1)
#define ULLONG_MAX (LLONG_MAX * 2ull + 1ull)

#define FLT_MAX __FLT_MAX__
#define FLT_MIN __FLT_MIN__
#define FLT_EPSILON __FLT_EPSILON__
#define FLT_DIG __FLT_DIG__
#define DBL_MAX __DBL_MAX__
#define DBL_MIN __DBL_MIN__
#define DBL_EPSILON __DBL_EPSILON__
#define INFINITY (__builtin_inff())
#define NAN (__builtin_nanf(""))
#define HUGE_VALF (__builtin_huge_valf())
#define HUGE_VAL (__builtin_huge_val())
#define M_E 2.7182818284590452354
#define M_LOG2E 1.4426950408889634074
#define M_LOG10E 0.43429448190325182765
#define M_LN2 0.69314718055994530942
#define M_LN10 2.30258509299404568402
#define M_PI 3.14159265358979323846
#define M_PI_2 1.57079632679489661923
#define M_PI_4 0.78539816339744830962
#define M_1_PI 0.31830988618379067154
#define M_2_PI 0.63661977236758134308
#define M_2_SQRTPI 1.12837916709551257390
#define M_SQRT2 1.41421356237309504880
#define M_SQRT1_2 0.70710678118654752440

#define assert(condition) ((void)0)

#define XPILER_MATH_UNARY(X)                                                                                                \
  X(exp) X(exp2) X(expm1) X(log) X(log2) X(log10) X(log1p) X(sin) X(cos) X(tan) X(asin) X(acos) X(atan) X(sinh) X(cosh)      \
  X(tanh) X(asinh) X(acosh) X(atanh) X(sqrt) X(cbrt) X(erf) X(erfc) X(fabs) X(floor) X(ceil) X(round) X(trunc) X(rint)       \
  X(nearbyint)
#define XPILER_MATH_BINARY(X) X(pow) X(fmax) X(fmin) X(fmod) X(atan2) X(copysign) X(fdim) X(hypot)

#define XPILER_DECLARE_UNARY(name) double name(double); float name##f(float);
#define XPILER_DECLARE_BINARY(name) double name(double, double); float name##f(float, float);
XPILER_MATH_UNARY(XPILER_DECLARE_UNARY)
template <bool> struct xpiler_if_integral {};
template <> struct xpiler_if_integral<true> { typedef double type; };
#define XPILER_DECLARE_INTEGRAL(name) template <class T> typename xpiler_if_integral<__is_integral(T)>::type name(T);
XPILER_MATH_UNARY(XPILER_DECLARE_INTEGRAL)
XPILER_MATH_BINARY(XPILER_DECLARE_BINARY)
double fma(double, double, double);
float fmaf(float, float, float);
int abs(int);
long labs(long);
long long llabs(long long);
long lround(double);
long lroundf(float);
long lrint(double);
long lrintf(float);
double ldexp(double, int);
float ldexpf(float, int);

namespace std {
#define XPILER_STD_UNARY(name) using ::name; using ::name##f; float name(float);
#define XPILER_STD_BINARY(name) using ::name; using ::name##f; float name(float, float);
XPILER_MATH_UNARY(XPILER_STD_UNARY)
XPILER_MATH_BINARY(XPILER_STD_BINARY)
using ::fma; using ::fmaf; using ::lround; using ::lrint; using ::ldexp;
float fma(float, float, float);
double pow(float, int); double pow(double, int); double pow(double, float); double pow(float, double);
using ::abs; using ::labs;
long abs(long); long long abs(long long); float abs(float); double abs(double);
bool isnan(float); bool isnan(double); bool isinf(float); bool isinf(double); bool isfinite(float); bool isfinite(double);
bool signbit(float); bool signbit(double);
template <class T> constexpr const T &min(const T &, const T &);
template <class T> constexpr const T &max(const T &, const T &);
// of a braced list, `std::min({a, b, c})`
template <class T, decltype(sizeof(0)) N> constexpr T min(const T (&)[N]);
template <class T, decltype(sizeof(0)) N> constexpr T max(const T (&)[N]);
template <class T> constexpr const T &clamp(const T &, const T &, const T &);
template <class It, class T> void fill(It first, It last, const T &value) { for (long i = 0; i < last - first; ++i) first[i] = value; }
template <class It, class N, class T> It fill_n(It first, N count, const T &value) {
  for (N i = 0; i < count; ++i) first[i] = value;
  return first + count;
}
template <class From, class To> To copy(From first, From last, To to) {
  for (long i = 0; i < last - first; ++i) to[i] = first[i];
  return to + (last - first);
}
template <class From, class N, class To> To copy_n(From first, N count, To to) {
  for (N i = 0; i < count; ++i) to[i] = first[i];
  return to + count;
}
template <class From, class To, class F> To transform(From first, From last, To to, F f) {
  for (long i = 0; i < last - first; ++i) to[i] = f(first[i]);
  return to + (last - first);
}
template <class A, class B, class To, class F> To transform(A first, A last, B other, To to, F f) {
  for (long i = 0; i < last - first; ++i) to[i] = f(first[i], other[i]);
  return to + (last - first);
}
template <class It, class F> void for_each(It first, It last, F f) { for (long i = 0; i < last - first; ++i) f(first[i]); }
template <class It, class T> T accumulate(It first, It last, T sum) {
  for (long i = 0; i < last - first; ++i) sum = sum + first[i];
  return sum;
}
template <class It, class T, class F> T accumulate(It first, It last, T sum, F f) {
  for (long i = 0; i < last - first; ++i) sum = f(sum, first[i]);
  return sum;
}
template <class A, class B, class T> T inner_product(A first, A last, B other, T sum) {
  for (long i = 0; i < last - first; ++i) sum = sum + first[i] * other[i];
  return sum;
}
template <class It, class T> void iota(It first, It last, T value) { for (long i = 0; i < last - first; ++i) first[i] = value + i; }
template <class It> It max_element(It first, It last) {
  long best = 0;
  for (long i = 1; i < last - first; ++i) if (first[best] < first[i]) best = i;
  return first + best;
}
template <class It> It min_element(It first, It last) {
  long best = 0;
  for (long i = 1; i < last - first; ++i) if (first[i] < first[best]) best = i;
  return first + best;
}
template <class It> long distance(It first, It last) { return last - first; }
template <class T> void swap(T &a, T &b) { T c = a; a = b; b = c; }

using ::int8_t; using ::int16_t; using ::int32_t; using ::int64_t;
using ::uint8_t; using ::uint16_t; using ::uint32_t; using ::uint64_t;
using ::size_t; using ::ptrdiff_t; using ::uintptr_t; using ::intptr_t;
typedef decltype(nullptr) nullptr_t;

template <class T> struct numeric_limits;
#define XPILER_LIMITS(T, low, high)                                                                                         \
  template <> struct numeric_limits<T> {                                                                                    \
    static constexpr bool is_signed = static_cast<T>(-1) < static_cast<T>(0);                                                                         \
    static constexpr T min() { return low; }                                                                                \
    static constexpr T lowest() { return low; }                                                                             \
    static constexpr T max() { return high; }                                                                               \
  };
XPILER_LIMITS(bool, false, true)
XPILER_LIMITS(signed char, INT8_MIN, INT8_MAX)
XPILER_LIMITS(char, INT8_MIN, INT8_MAX)
XPILER_LIMITS(unsigned char, 0, UINT8_MAX)
XPILER_LIMITS(short, INT16_MIN, INT16_MAX)
XPILER_LIMITS(unsigned short, 0, UINT16_MAX)
XPILER_LIMITS(int, INT32_MIN, INT32_MAX)
XPILER_LIMITS(unsigned, 0, UINT32_MAX)
XPILER_LIMITS(long, INT64_MIN, INT64_MAX)
XPILER_LIMITS(unsigned long, 0, UINT64_MAX)
XPILER_LIMITS(long long, LLONG_MIN, LLONG_MAX)
XPILER_LIMITS(unsigned long long, 0, ULLONG_MAX)
template <> struct numeric_limits<float> {
  static constexpr float min() { return __FLT_MIN__; }
  static constexpr float lowest() { return -__FLT_MAX__; }
  static constexpr float max() { return __FLT_MAX__; }
  static constexpr float epsilon() { return __FLT_EPSILON__; }
  static constexpr float infinity() { return __builtin_huge_valf(); }
  static constexpr float quiet_NaN() { return __builtin_nanf(""); }
};
template <> struct numeric_limits<double> {
  static constexpr double min() { return __DBL_MIN__; }
  static constexpr double lowest() { return -__DBL_MAX__; }
  static constexpr double max() { return __DBL_MAX__; }
  static constexpr double epsilon() { return __DBL_EPSILON__; }
  static constexpr double infinity() { return __builtin_huge_val(); }
  static constexpr double quiet_NaN() { return __builtin_nan(""); }
};

template <class T, T v> struct integral_constant { static constexpr T value = v; typedef T value_type; };
typedef integral_constant<bool, true> true_type;
typedef integral_constant<bool, false> false_type;
template <class A, class B> struct is_same : false_type {};
template <class A> struct is_same<A, A> : true_type {};
template <class A, class B> inline constexpr bool is_same_v = is_same<A, B>::value;
template <bool c, class A, class B> struct conditional { typedef A type; };
template <class A, class B> struct conditional<false, A, B> { typedef B type; };
template <bool c, class A, class B> using conditional_t = typename conditional<c, A, B>::type;
template <bool c, class T = void> struct enable_if {};
template <class T> struct enable_if<true, T> { typedef T type; };
template <bool c, class T = void> using enable_if_t = typename enable_if<c, T>::type;
template <class T> struct is_floating_point : integral_constant<bool, is_same<T, float>::value || is_same<T, double>::value> {};
template <class T> inline constexpr bool is_floating_point_v = is_floating_point<T>::value;
template <class T> struct is_integral : integral_constant<bool, __is_integral(T)> {};
template <class T> inline constexpr bool is_integral_v = is_integral<T>::value;
template <class T> struct remove_reference { typedef T type; };
template <class T> struct remove_reference<T &> { typedef T type; };
template <class T> struct remove_reference<T &&> { typedef T type; };
template <class T> using remove_reference_t = typename remove_reference<T>::type;
template <class T> constexpr T &&forward(remove_reference_t<T> &x) { return static_cast<T &&>(x); }
template <class T> constexpr remove_reference_t<T> &&move(T &&x) { return static_cast<remove_reference_t<T> &&>(x); }
template <class T> struct remove_const { typedef T type; };
template <class T> struct remove_const<const T> { typedef T type; };
}  // namespace std

struct FILE;
extern FILE *stderr, *stdout;
extern "C" {
int printf(const char *, ...);
int fprintf(FILE *, const char *, ...);
int puts(const char *);
void exit(int);
void abort();
void *malloc(size_t);
void *calloc(size_t, size_t);
void free(void *);
void *aligned_alloc(size_t, size_t);
void *memcpy(void *, const void *, size_t);
void *memset(void *, int, size_t);
int rand();
void srand(unsigned);
int fflush(FILE *);
}
#define EXIT_FAILURE 1
#define EXIT_SUCCESS 0
#define RAND_MAX 2147483647
// Of typed memory they are loops over its elements; bytes other than zero are told for integers alone.
void memset_of_numbers_to_other_than_zero();
#define XPILER_SET(T, each) \
  inline void *memset(T *to, int byte, size_t bytes) { \
    for (size_t i = 0; i < bytes / sizeof(T); ++i) to[i] = each; \
    return to; \
  }
#define XPILER_SET_INTEGER(T) XPILER_SET(T, (T)(0x0101010101010101ull * (unsigned char)byte))
XPILER_SET_INTEGER(signed char) XPILER_SET_INTEGER(unsigned char) XPILER_SET_INTEGER(char) XPILER_SET_INTEGER(short)
XPILER_SET_INTEGER(unsigned short) XPILER_SET_INTEGER(int) XPILER_SET_INTEGER(unsigned) XPILER_SET_INTEGER(long)
XPILER_SET_INTEGER(unsigned long) XPILER_SET_INTEGER(long long) XPILER_SET_INTEGER(unsigned long long)
#define XPILER_SET_FLOAT(T) XPILER_SET(T, byte == 0 ? (T)0 : (memset_of_numbers_to_other_than_zero(), (T)0))
XPILER_SET_FLOAT(float) XPILER_SET_FLOAT(double)
template <class T>
void *memcpy(T *to, const T *from, size_t bytes) {
  for (size_t i = 0; i < bytes / sizeof(T); ++i) to[i] = from[i];
  return to;
}
// Between objects of different types it takes their bits: `memcpy(&bits, &x, sizeof bits)`, `memcpy(lanes, &vector, sizeof vector)`.
template <class To, class From>
void *memcpy(To *to, const From *from, size_t bytes) {
  if (bytes == sizeof(To))
    *to = *(const To *)from;
  else if (bytes == sizeof(From))
    *(From *)to = *from;
  else
    for (size_t i = 0; i < bytes / sizeof(To); ++i) to[i] = ((const To *)from)[i];
  return to;
}
template <class To, size_t N, class From>
void *memcpy(To (*to)[N], const From *from, size_t bytes) { return memcpy((To *)to, from, bytes); }
template <class To, class From, size_t N>
void *memcpy(To *to, const From (*from)[N], size_t bytes) { return memcpy(to, (const From *)from, bytes); }
namespace std { using ::printf; using ::fprintf; using ::puts; using ::calloc; using ::malloc; using ::free; using ::aligned_alloc; using ::memcpy; using ::memset; using ::exit; using ::rand; }

#if defined(__CUDA__) || defined(__HIP__)
#pragma clang force_cuda_host_device end
#endif

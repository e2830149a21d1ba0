// Scalar conversions and element accesses of one core.
#pragma once

half __float2half_rn(float);
half __float2half_tz(float);
half __float2half_rd(float);
float __half2float(half);
int __float2int32(float);
int __float2int32_rn(float);
int __float2int32_rd(float);
int __float2int32_tz(float);
int __float2int32_up(float);
int __float2int32_dn(float);
float __int322float(int);

#define BANG_ACCESS(space, T) \
  T __load_##space(const T *address); \
  void __store_##space(T *address, T value);
#define BANG_EACH_ACCESS(space) BANG_ACCESS(space, float) BANG_ACCESS(space, half) BANG_ACCESS(space, int) BANG_ACCESS(space, char)
BANG_EACH_ACCESS(nram)
BANG_EACH_ACCESS(gdram)
BANG_EACH_ACCESS(sram)
BANG_EACH_ACCESS(ldram)

void __bang_printf(const char *format, ...);

#define BANG_MIN_MAX(name, T) T name(T a, T b);
#define BANG_EACH_MIN_MAX(name) \
  BANG_EACH_FLOAT(BANG_MIN_MAX, name) \
  BANG_MIN_MAX(name, int) BANG_MIN_MAX(name, unsigned) BANG_MIN_MAX(name, long) BANG_MIN_MAX(name, unsigned long)
BANG_EACH_MIN_MAX(min)
BANG_EACH_MIN_MAX(max)

// Reductions and pools. Pools are HWC; the kernel is (height, width), the stride (width, height).
#pragma once

#define BANG_POOL(name, T) \
  void name(T *dst, const T *src, int channel, int height, int width, int kernel_height, int kernel_width); \
  void name(T *dst, const T *src, int channel, int height, int width, int kernel_height, int kernel_width, int stride_width, \
            int stride_height);
BANG_EACH_FLOAT(BANG_POOL, __bang_sumpool)
BANG_EACH_FLOAT(BANG_POOL, __bang_maxpool)
BANG_EACH_FLOAT(BANG_POOL, __bang_minpool)
BANG_EACH_FLOAT(BANG_POOL, __bang_avgpool)

BANG_EACH_TYPE(BANG_UNARY, __bang_argmax)
BANG_EACH_TYPE(BANG_UNARY, __bang_argmin)
BANG_EACH_FLOAT(BANG_UNARY, __bang_max)
BANG_EACH_FLOAT(BANG_UNARY, __bang_min)
BANG_EACH_TYPE(BANG_UNARY, __bang_reduce_sum)

#define BANG_SUM(name, T) T name(const T *src, unsigned n);
#define BANG_COUNT(name, T) unsigned name(const T *src, unsigned n);
BANG_EACH_FLOAT(BANG_SUM, __bang_sum)
BANG_EACH_TYPE(BANG_COUNT, __bang_count)
BANG_EACH_TYPE(BANG_COUNT, __bang_findfirst1)
#define BANG_FILTER(name, T) unsigned name(T *dst, const T *src, const T *mask, unsigned n);
BANG_EACH_TYPE(BANG_FILTER, __bang_filter)
BANG_EACH_TYPE(BANG_BINARY, __bang_collect)

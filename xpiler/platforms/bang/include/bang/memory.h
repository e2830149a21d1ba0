// Copies, fills and moves. Segment counts are the number of segments minus one.
#pragma once

#define BANG_COPY(name) \
  void name(void *dst, const void *src, unsigned size, mluMemcpyDirection_t dir); \
  void name(void *dst, const void *src, unsigned size, mluMemcpyDirection_t dir, unsigned dst_stride, int src_stride, unsigned segnum); \
  void name(void *dst, const void *src, unsigned size, mluMemcpyDirection_t dir, int dst_stride0, unsigned dst_segnum1, int dst_stride1, \
            unsigned dst_segnum2, int src_stride0, unsigned src_segnum1, int src_stride1, unsigned src_segnum2);
BANG_COPY(__memcpy)
BANG_COPY(__memcpy_async)

void __bang_move(void *dst, const void *src, unsigned size);
void __bang_move(void *dst, const void *src, unsigned size, unsigned dst_stride, int src_stride, unsigned segnum);

// `count` is in elements of the value's type (memset, nramset, gdramset) or of the pointer's type (write_*; void and char: bytes).
#define BANG_FILL_VALUE(name, T) void name(T *dst, unsigned count, T value);
#define BANG_FILL_ZERO(name, T) void name(T *dst, unsigned count);
#define BANG_SET_VALUE(name, T) void name(void *dst, unsigned count, T value);
#define BANG_SET_2D(name, T) void name(void *dst, unsigned count, T value, unsigned dst_stride, unsigned segnum);
BANG_EACH_TYPE(BANG_FILL_VALUE, __bang_write_value)
BANG_EACH_TYPE(BANG_FILL_ZERO, __bang_write_zero)
void __bang_write_zero(void *dst, unsigned count);
BANG_EACH_TYPE(BANG_SET_VALUE, __memset_nram)
BANG_EACH_TYPE(BANG_SET_VALUE, __memset_nram_async)
BANG_EACH_TYPE(BANG_SET_VALUE, __nramset)
BANG_EACH_TYPE(BANG_SET_2D, __nramset)
BANG_EACH_TYPE(BANG_SET_VALUE, __gdramset)
BANG_EACH_TYPE(BANG_SET_VALUE, __ldramset)
BANG_EACH_TYPE(BANG_SET_VALUE, __sramset)

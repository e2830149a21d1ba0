// Matrix products, convolutions and layout changes. Filters are in WRAM; matmul's is [N][K], mlp's [height][width].
#pragma once

#define BANG_TRANSPOSE(name, T) void name(T *dst, const T *src, unsigned height, unsigned width);
BANG_EACH_TYPE(BANG_TRANSPOSE, __bang_transpose)

#define BANG_PAD(name, T) \
  void name(T *dst, const T *src, int channel, int height, int width, int top, int bottom, int left, int right); \
  void name(T *dst, const T *src, int channel, int height, int width, int top, int bottom, int left, int right, T value);
BANG_EACH_TYPE(BANG_PAD, __bang_pad)

// Floating forms take no position; integer forms scale their result by 2^fix_position.
#define BANG_PRODUCT_FLOAT(D, A, B) \
  void __bang_matmul(D *dst, const A *src0, const B *src1, int M, int K, int N); \
  void __bang_mlp(D *dst, const A *src, const B *filter, int height, int width); \
  void __bang_mlp(D *dst, const A *src, const D *bias, const B *filter, int height, int width); \
  void __bang_conv(D *dst, const A *src, const B *kernel, int channel_input, int height, int width, int kernel_height, int kernel_width, \
                   int stride_width, int stride_height, int channel_output);
#define BANG_PRODUCT_FIXED(D, A, B) \
  void __bang_matmul(D *dst, const A *src0, const B *src1, int M, int K, int N, int fix_position); \
  void __bang_mlp(D *dst, const A *src, const B *filter, int height, int width, int fix_position); \
  void __bang_mlp(D *dst, const A *src, const D *bias, const B *filter, int height, int width, int fix_position); \
  void __bang_conv(D *dst, const A *src, const B *kernel, int channel_input, int height, int width, int kernel_height, int kernel_width, \
                   int stride_width, int stride_height, int channel_output, int fix_position);
BANG_PRODUCT_FLOAT(float, float, float)
BANG_PRODUCT_FLOAT(float, half, half)
BANG_PRODUCT_FLOAT(float, bfloat16_t, bfloat16_t)
BANG_PRODUCT_FIXED(float, signed char, signed char)
BANG_PRODUCT_FIXED(float, char, char)
BANG_PRODUCT_FIXED(float, short, signed char)
BANG_PRODUCT_FIXED(float, short, short)
BANG_PRODUCT_FIXED(half, signed char, signed char)
BANG_PRODUCT_FIXED(half, char, char)
BANG_PRODUCT_FIXED(half, short, signed char)
BANG_PRODUCT_FIXED(half, short, short)

#define BANG_RESHAPE_FILTER(name, T) void name(T *dst, const T *src, int n, int h, int w, int c);
BANG_EACH_TYPE(BANG_RESHAPE_FILTER, __bang_reshape_filter)

// Builtins that only move elements inside NRAM.
#pragma once
#include "xpiler_sim/call.h"
#include "xpiler_sim/types.h"

namespace xpiler_sim {

void transpose(const Call &call, unsigned bytes, void *dst, const void *src, unsigned height, unsigned width);

struct Pad {
  void *dst;
  const void *src;
  unsigned bytes;
  unsigned channel, height, width, top, bottom, left, right;
  const void *value;
};
void pad(const Call &call, const Pad &request);

enum class Turn : unsigned char { mirror, quarter, half, three_quarters };
void turn(const Call &call, Turn kind, unsigned bytes, void *dst, const void *src, unsigned height, unsigned width);

/// Swaps the two inner axes of n slices of rows x columns.
void reshape(const Call &call, unsigned bytes, void *dst, const void *src, unsigned n, unsigned rows, unsigned columns);
void reshape_filter(const Call &call, unsigned bytes, void *dst, const void *src, unsigned n, unsigned h, unsigned w, unsigned c);

} // namespace xpiler_sim

template <class T>
inline void __bang_transpose(T *dst, const T *src, unsigned height, unsigned width, XPILER_SIM_AT) {
  xpiler_sim::transpose({"__bang_transpose", at}, sizeof(T), dst, src, height, width);
}
template <class T>
inline void __bang_pad(T *dst, const T *src, unsigned channel, unsigned height, unsigned width, unsigned top, unsigned bottom,
                       unsigned left, unsigned right, xpiler_sim::scalar_of<T> value, XPILER_SIM_AT) {
  xpiler_sim::pad({"__bang_pad", at}, {dst, src, sizeof(T), channel, height, width, top, bottom, left, right, &value});
}
template <class T>
inline void __bang_pad(T *dst, const T *src, unsigned channel, unsigned height, unsigned width, unsigned top, unsigned bottom,
                       unsigned left, unsigned right, XPILER_SIM_AT) {
  __bang_pad(dst, src, channel, height, width, top, bottom, left, right, T(0), at);
}
template <class T>
inline void __bang_pad(T *dst, const T *src, unsigned channel, unsigned height, unsigned width, unsigned pad_height, unsigned pad_width,
                       XPILER_SIM_AT) {
  __bang_pad(dst, src, channel, height, width, pad_height, pad_height, pad_width, pad_width, T(0), at);
}

#define XPILER_SIM_TURN(name, kind) \
  template <class T> \
  inline void name(T *dst, const T *src, unsigned height, unsigned width, XPILER_SIM_AT) { \
    xpiler_sim::turn({#name, at}, xpiler_sim::Turn::kind, sizeof(T), dst, src, height, width); \
  }
XPILER_SIM_TURN(__bang_mirror, mirror)
XPILER_SIM_TURN(__bang_rotate90, quarter)
XPILER_SIM_TURN(__bang_rotate180, half)
XPILER_SIM_TURN(__bang_rotate270, three_quarters)
#undef XPILER_SIM_TURN

template <class T>
inline void __bang_reshape_nhwc2nchw(T *dst, const T *src, unsigned n, unsigned h, unsigned w, unsigned c, XPILER_SIM_AT) {
  xpiler_sim::reshape({"__bang_reshape_nhwc2nchw", at}, sizeof(T), dst, src, n, h * w, c);
}
template <class T>
inline void __bang_reshape_nchw2nhwc(T *dst, const T *src, unsigned n, unsigned h, unsigned w, unsigned c, XPILER_SIM_AT) {
  xpiler_sim::reshape({"__bang_reshape_nchw2nhwc", at}, sizeof(T), dst, src, n, c, h * w);
}
template <class T>
inline void __bang_reshape_filter(T *dst, const T *src, unsigned n, unsigned h, unsigned w, unsigned c, XPILER_SIM_AT) {
  xpiler_sim::reshape_filter({"__bang_reshape_filter", at}, sizeof(T), dst, src, n, h, w, c);
}

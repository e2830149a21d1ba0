// Matrix product, perceptron layer and convolution; the filter side lives in WRAM.
#pragma once
#include "xpiler_sim/call.h"
#include "xpiler_sim/types.h"

namespace xpiler_sim {

/// dst[m][n] = left . right (+ bias), scaled by 2^fix for integer operands.
struct Matmul {
  Type dst_type, left_type, right_type;
  void *dst;
  const void *left, *right;
  const void *bias; // [m][n] in dst's type, or null
  unsigned m, k, n;
  int fix_position;
  bool has_fix;
};
void matmul(const Call &call, const Matmul &request);

struct Mlp {
  Type dst_type, src_type, filter_type;
  void *dst;
  const void *src, *bias, *filter;
  unsigned height, width;
  int fix_position;
  bool has_fix;
};
void mlp(const Call &call, const Mlp &request);

struct Conv {
  Type dst_type, src_type, filter_type;
  void *dst;
  const void *src, *filter, *bias;
  unsigned channel_input, height, width, kernel_height, kernel_width, stride_width, stride_height, channel_output;
  int fix_position = 0;
  bool has_fix = false;
  unsigned dilation_width = 1, dilation_height = 1;
};
void conv(const Call &call, const Conv &request);

template <class D, class L, class R>
constexpr bool is_float_product = std::is_same_v<D, float> && !std::is_integral_v<L> && !std::is_integral_v<R>;

} // namespace xpiler_sim

template <class D, class L, class R>
inline void __bang_matmul(D *dst, const L *src0, const R *src1, unsigned m, unsigned k, unsigned n, XPILER_SIM_AT) {
  using namespace xpiler_sim;
  matmul({"__bang_matmul", at}, {type_of<D>(), type_of<L>(), type_of<R>(), dst, src0, src1, nullptr, m, k, n, 0, false});
}
template <class D, class L, class R>
inline void __bang_matmul(D *dst, const L *src0, const R *src1, unsigned m, unsigned k, unsigned n, int fix_position, XPILER_SIM_AT) {
  using namespace xpiler_sim;
  matmul({"__bang_matmul", at}, {type_of<D>(), type_of<L>(), type_of<R>(), dst, src0, src1, nullptr, m, k, n, fix_position, true});
}
template <class D, class L, class R>
inline void __bang_matmul(D *dst, const L *src0, const R *src1, const D *src2, unsigned m, unsigned k, unsigned n, XPILER_SIM_AT) {
  using namespace xpiler_sim;
  matmul({"__bang_matmul", at}, {type_of<D>(), type_of<L>(), type_of<R>(), dst, src0, src1, src2, m, k, n, 0, false});
}
template <class D, class L, class R>
inline void __bang_matmul(D *dst, const L *src0, const R *src1, const D *src2, unsigned m, unsigned k, unsigned n, int fix_position,
                          XPILER_SIM_AT) {
  using namespace xpiler_sim;
  matmul({"__bang_matmul", at}, {type_of<D>(), type_of<L>(), type_of<R>(), dst, src0, src1, src2, m, k, n, fix_position, true});
}

#define XPILER_SIM_MLP(parameters, bias_address, fix, has_fix) \
  template <class D, class S, class F> \
  inline void __bang_mlp parameters { \
    using namespace xpiler_sim; \
    mlp({"__bang_mlp", at}, {type_of<D>(), type_of<S>(), type_of<F>(), dst, src, bias_address, filter, height, width, fix, has_fix}); \
  }
XPILER_SIM_MLP((D * dst, const S *src, const F *filter, unsigned height, unsigned width, XPILER_SIM_AT), nullptr, 0, false)
XPILER_SIM_MLP((D * dst, const S *src, const F *filter, unsigned height, unsigned width, int fix_position, XPILER_SIM_AT), nullptr,
               fix_position, true)
XPILER_SIM_MLP((D * dst, const S *src, const D *bias, const F *filter, unsigned height, unsigned width, XPILER_SIM_AT), bias, 0, false)
XPILER_SIM_MLP((D * dst, const S *src, const D *bias, const F *filter, unsigned height, unsigned width, int fix_position, XPILER_SIM_AT),
               bias, fix_position, true)
#undef XPILER_SIM_MLP

namespace xpiler_sim {

/// What follows channel_output in a __bang_conv: [fix_position][in dilations[out dilations]], told apart by the types and the count.
template <class D, class S, class F, class... Rest>
inline void conv_call(const Call &call, D *dst, const S *src, const F *kernel, const D *bias, unsigned ci, unsigned h, unsigned w,
                      unsigned kh, unsigned kw, unsigned sw, unsigned sh, unsigned co, Rest... rest) {
  constexpr bool has_fix = sizeof...(rest) % 2 == 1;
  static_assert(sizeof...(rest) <= 3, "__bang_conv: output dilation is not simulated");
  const long extra[] = {long(rest)..., 0, 0, 0};
  Conv request{type_of<D>(), type_of<S>(), type_of<F>(), dst, src, kernel, bias, ci, h, w, kh, kw, sw, sh, co};
  request.has_fix = has_fix;
  if (has_fix) request.fix_position = int(extra[0]);
  if (sizeof...(rest) >= 2) request.dilation_width = unsigned(extra[has_fix]), request.dilation_height = unsigned(extra[has_fix + 1]);
  conv(call, request);
}

} // namespace xpiler_sim

#define XPILER_SIM_CONV(rest_types, ...) \
  template <class D, class S, class F> \
  inline void __bang_conv(D *dst, const S *src, const F *kernel, unsigned ci, unsigned h, unsigned w, unsigned kh, unsigned kw, \
                          unsigned sw, unsigned sh, unsigned co rest_types, XPILER_SIM_AT) { \
    const D *none = nullptr; \
    xpiler_sim::conv_call({"__bang_conv", at}, dst, src, kernel, none, ci, h, w, kh, kw, sw, sh, co __VA_ARGS__); \
  } \
  template <class D, class S, class F> \
  inline void __bang_conv(D *dst, const S *src, const F *kernel, const D *bias, unsigned ci, unsigned h, unsigned w, unsigned kh, \
                          unsigned kw, unsigned sw, unsigned sh, unsigned co rest_types, XPILER_SIM_AT) { \
    xpiler_sim::conv_call({"__bang_conv", at}, dst, src, kernel, bias, ci, h, w, kh, kw, sw, sh, co __VA_ARGS__); \
  }
#define XPILER_SIM_COMMA ,
XPILER_SIM_CONV()
XPILER_SIM_CONV(XPILER_SIM_COMMA int fix, , fix)
XPILER_SIM_CONV(XPILER_SIM_COMMA int dw XPILER_SIM_COMMA int dh, , dw, dh)
XPILER_SIM_CONV(XPILER_SIM_COMMA int fix XPILER_SIM_COMMA int dw XPILER_SIM_COMMA int dh, , fix, dw, dh)
#undef XPILER_SIM_COMMA
#undef XPILER_SIM_CONV

// __bang_fusion: two arithmetic operations in one, over vectors, cycled vectors and scalars.
#pragma once
#include "xpiler_sim/call.h"
#include "xpiler_sim/types.h"

enum FusionOp { FUSION_FMA, FUSION_FMS, FUSION_FAM, FUSION_FSM, FUSION_FAA, FUSION_FAS, FUSION_FSS, FUSION_FSA };

namespace xpiler_sim {

/// An operand cycled over `period` elements: a scalar has period 1.
struct FusionCall {
  FusionOp op;
  Type type;
  void *dst;
  const void *first, *second, *third;
  bool second_scalar, third_scalar;
  unsigned count, segment;
};
void fusion(const Call &call, const FusionCall &request);

} // namespace xpiler_sim

#define XPILER_SIM_FUSION(second, third, second_scalar, third_scalar, second_address, third_address) \
  template <class T> \
  inline void __bang_fusion(FusionOp op, T *dst, const T *src0, second, third, unsigned src_n, unsigned seg_n, XPILER_SIM_AT) { \
    xpiler_sim::fusion({"__bang_fusion", at}, {op, xpiler_sim::type_of<T>(), dst, src0, second_address, third_address, second_scalar, \
                                               third_scalar, src_n, seg_n}); \
  } \
  template <class T> \
  inline void __bang_fusion(FusionOp op, T *dst, const T *src0, second, third, unsigned src_n, XPILER_SIM_AT) { \
    xpiler_sim::fusion({"__bang_fusion", at}, {op, xpiler_sim::type_of<T>(), dst, src0, second_address, third_address, second_scalar, \
                                               third_scalar, src_n, src_n}); \
  }
XPILER_SIM_FUSION(const T *src1, const T *src2, false, false, src1, src2)
XPILER_SIM_FUSION(const T *src1, xpiler_sim::scalar_of<T> src2, false, true, src1, &src2)
XPILER_SIM_FUSION(xpiler_sim::scalar_of<T> src1, const T *src2, true, false, &src1, src2)
XPILER_SIM_FUSION(xpiler_sim::scalar_of<T> src1, xpiler_sim::scalar_of<T> src2, true, true, &src1, &src2)
#undef XPILER_SIM_FUSION

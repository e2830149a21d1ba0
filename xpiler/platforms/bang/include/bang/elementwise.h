// Arithmetic and logic element by element: vector with vector, scalar, or a repeated segment.
#pragma once

#define BANG_ARITHMETIC(name) \
  BANG_EACH_TYPE(BANG_BINARY, __bang_##name) \
  BANG_EACH_TYPE(BANG_SCALAR, __bang_##name##_scalar) \
  BANG_EACH_TYPE(BANG_CYCLE, __bang_cycle_##name)
BANG_ARITHMETIC(add)
BANG_ARITHMETIC(sub)
BANG_ARITHMETIC(mul)

BANG_EACH_TYPE(BANG_BINARY, __bang_div)
BANG_EACH_TYPE(BANG_SCALAR, __bang_div)
BANG_EACH_TYPE(BANG_SCALAR, __bang_div_scalar)
BANG_EACH_FLOAT(BANG_CYCLE, __bang_cycle_div)
// Older code: a scratch buffer before the count.
#define BANG_DIV_SCRATCH(name, T) void name(T *dst, const T *src0, const T *src1, T *scratch, unsigned n);
BANG_EACH_FLOAT(BANG_DIV_SCRATCH, __bang_div)

// Old spellings of the scalar forms.
BANG_EACH_FLOAT(BANG_SCALAR, __bang_add_const)
BANG_EACH_FLOAT(BANG_SCALAR, __bang_sub_const)
BANG_EACH_FLOAT(BANG_SCALAR, __bang_mul_const)

// High-precision functions, and the exact ones.
BANG_EACH_FLOAT(BANG_UNARY, __bang_recip)
BANG_EACH_FLOAT(BANG_UNARY, __bang_sqrt)
BANG_EACH_FLOAT(BANG_UNARY, __bang_rsqrt)
BANG_EACH_FLOAT(BANG_UNARY, __bang_sin)
BANG_EACH_FLOAT(BANG_UNARY, __bang_cos)
BANG_EACH_FLOAT(BANG_UNARY, __bang_log)
BANG_EACH_FLOAT(BANG_UNARY, __bang_log2)
BANG_EACH_FLOAT(BANG_UNARY, __bang_pow2)
BANG_EACH_FLOAT(BANG_UNARY, __bang_floor)
BANG_EACH_FLOAT(BANG_UNARY, __bang_round)
BANG_EACH_FLOAT(BANG_UNARY, __bang_nearbyint)
BANG_EACH_TYPE(BANG_UNARY, __bang_abs)
BANG_EACH_TYPE(BANG_UNARY, __bang_neg)
BANG_EACH_TYPE(BANG_UNARY, __bang_square)
BANG_EACH_TYPE(BANG_UNARY, __bang_relu)
BANG_EACH_TYPE(BANG_UNARY, __bang_not)
#define BANG_RELUN(name, T) void name(T *dst, const T *src, unsigned n, T cap);
BANG_EACH_FLOAT(BANG_RELUN, __bang_relun)

// dst = src0 op src1 op src2 in one pass; vector operands repeat every seg_n elements.
typedef enum {
  FUSION_FMA = 0,
  FUSION_FMS,
  FUSION_FAM,
  FUSION_FSM,
  FUSION_FAA,
  FUSION_FAS,
  FUSION_FSS,
  FUSION_FSA,
} mluFusionOp_t;
#define BANG_FUSION(name, T) \
  void name(mluFusionOp_t op, T *dst, const T *src0, const T *src1, const T *src2, unsigned src_n, unsigned seg_n); \
  void name(mluFusionOp_t op, T *dst, const T *src0, const T *src1, T src2, unsigned src_n, unsigned seg_n); \
  void name(mluFusionOp_t op, T *dst, const T *src0, T src1, const T *src2, unsigned src_n, unsigned seg_n); \
  void name(mluFusionOp_t op, T *dst, const T *src0, T src1, T src2, unsigned src_n);
BANG_EACH_FLOAT(BANG_FUSION, __bang_fusion)

// Comparisons and logic: 1 or 0 in the operand's type. Maxima by their treatment of NaN.
#pragma once

#define BANG_COMPARE(name) \
  BANG_EACH_TYPE(BANG_BINARY, __bang_##name) \
  BANG_EACH_TYPE(BANG_SCALAR, __bang_##name##_scalar) \
  BANG_EACH_TYPE(BANG_CYCLE, __bang_cycle_##name)
BANG_COMPARE(eq)
BANG_COMPARE(ne)
BANG_COMPARE(gt)
BANG_COMPARE(ge)
BANG_COMPARE(lt)
BANG_COMPARE(le)
BANG_COMPARE(and)
BANG_COMPARE(or)
BANG_COMPARE(xor)
BANG_COMPARE(maxequal)
BANG_COMPARE(minequal)
BANG_COMPARE(maximum)
BANG_COMPARE(minimum)
BANG_EACH_TYPE(BANG_SCALAR, __bang_maxeq_scalar)
BANG_EACH_TYPE(BANG_SCALAR, __bang_mineq_scalar)
BANG_EACH_FLOAT(BANG_BINARY, __bang_nan_maximum)
BANG_EACH_FLOAT(BANG_BINARY, __bang_nan_minimum)

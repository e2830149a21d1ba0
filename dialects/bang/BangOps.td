#ifndef BANG_OPS_TD
#define BANG_OPS_TD

include "bang/BangMemoryOps.td"
include "bang/BangVectorOps.td"
include "bang/BangTensorOps.td"

#endif

// The simulator's <hip/hip_bf16.h>.
#pragma once
#include "hip_runtime.h"
#define XPILER_BFLOAT16 __hip_bfloat16
#define XPILER_BFLOAT162 __hip_bfloat162
#include "../../xpiler_simt/bfloat16.h"

using hip_bfloat16 = __hip_bfloat16;

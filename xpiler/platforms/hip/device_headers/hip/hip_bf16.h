// __hip_bfloat16: a class around the compiler's __bf16.
#pragma once
#include "hip_fp16.h"

XPILER_SMALL_FLOAT(__hip_bfloat16, __bf16)
__host__ __device__ inline __hip_bfloat16 __float2bfloat16(float x) { return (__bf16)x; }
__host__ __device__ inline float __bfloat162float(__hip_bfloat16 x) { return (float)x.data; }

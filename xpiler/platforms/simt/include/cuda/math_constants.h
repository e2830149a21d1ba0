// The simulator's <math_constants.h>.
#pragma once
#include "cuda_runtime.h"

#define CUDART_INF_F INFINITY
#define CUDART_NAN_F __int_as_float(0x7fffffff)
#define CUDART_MIN_DENORM_F 0x1p-149f
#define CUDART_MAX_NORMAL_F FLT_MAX
#define CUDART_NEG_ZERO_F (-0.0f)
#define CUDART_ZERO_F 0.0f
#define CUDART_ONE_F 1.0f
#define CUDART_PI_F 3.141592654f
#define CUDART_SQRT_TWO_F 1.414213562f
#define CUDART_L2E_F 1.442695041f
#define CUDART_LN2_F 0.693147181f
#define CUDART_INF (double(INFINITY))
#define CUDART_NAN (double(NAN))
#define CUDART_PI 3.1415926535897931e+0

// The simulator's <hip/hip_bfloat16.h>.
#pragma once
#include "hip_bf16.h"

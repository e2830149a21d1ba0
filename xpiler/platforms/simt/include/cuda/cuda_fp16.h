// The simulator's <cuda_fp16.h>.
#pragma once
#include "cuda_runtime.h"
#include "../xpiler_simt/half.h"

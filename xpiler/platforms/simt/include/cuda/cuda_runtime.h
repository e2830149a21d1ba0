// The simulator's <cuda_runtime.h>.
#pragma once
#include "../xpiler_simt/device.h"
#include "warp_functions.h"
#include "runtime_calls.h"

// What Xpiler knows of CUB: reductions and scans of a block and of a warp.
#pragma once
#include <cuda_runtime.h>

#define BLOCK_LIBRARY cub
#define LANES 32
#define LANE_DOWN(value, distance, width) __shfl_down_sync(0xffffffffu, value, distance, width)
#define LANE_UP(value, distance) __shfl_up_sync(0xffffffffu, value, distance)
#include "../../../simt/include/xpiler_simt/block_collectives.h"
#undef BLOCK_LIBRARY
#undef LANES
#undef LANE_DOWN
#undef LANE_UP

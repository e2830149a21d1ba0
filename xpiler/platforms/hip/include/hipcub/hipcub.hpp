// What Xpiler knows of hipCUB: reductions and scans of a block and of a wave.
#pragma once
#include <hip/hip_runtime.h>

#define BLOCK_LIBRARY hipcub
#if defined(XPILER_LANES) // where it is read
#define LANES XPILER_LANES
#elif defined(XPILER_SIMT_WARP) // where it runs
#define LANES XPILER_SIMT_WARP
#else
#define LANES 64
#endif
#define LANE_DOWN(value, distance, width) __shfl_down(value, distance, width)
#define LANE_UP(value, distance) __shfl_up(value, distance)
#include "../../../simt/include/xpiler_simt/block_collectives.h"
#undef BLOCK_LIBRARY
#undef LANES
#undef LANE_DOWN
#undef LANE_UP

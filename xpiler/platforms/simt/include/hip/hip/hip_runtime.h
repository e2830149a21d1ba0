// The simulator's <hip/hip_runtime.h>.
#pragma once
#include "../../xpiler_simt/device.h"
#include "runtime_calls.h"
#include "wave_functions.h"

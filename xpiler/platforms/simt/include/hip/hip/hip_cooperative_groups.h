// The simulator's <hip/hip_cooperative_groups.h>.
#pragma once
#include "hip_runtime.h"
#include "../../xpiler_simt/groups.h"

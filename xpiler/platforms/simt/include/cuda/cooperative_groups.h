// The simulator's <cooperative_groups.h>.
#pragma once
#include "cuda_runtime.h"
#include "../xpiler_simt/groups.h"

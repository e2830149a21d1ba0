#pragma once
#include "xpiler_cuda.h"
#include "xpiler_cooperative_groups.h"

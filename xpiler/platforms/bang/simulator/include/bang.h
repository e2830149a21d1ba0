// The device side of BANG C, as the simulator gives it: every name kernels use, backed by the checking runtime.
#pragma once
#include "xpiler_sim/prelude.h"

// Everything a BANG file may use without including anything; this file is what gets precompiled.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <type_traits>

#include "xpiler_sim/types.h"
#include "xpiler_sim/call.h"
#include "xpiler_sim/kernel.h"
#include "xpiler_sim/indices.h"
#include "xpiler_sim/scalar.h"
#include "xpiler_sim/copy.h"
#include "xpiler_sim/fill.h"
#include "xpiler_sim/elementwise.h"
#include "xpiler_sim/fusion.h"
#include "xpiler_sim/reduce.h"
#include "xpiler_sim/select.h"
#include "xpiler_sim/pool.h"
#include "xpiler_sim/layout.h"
#include "xpiler_sim/tensor.h"
#include "xpiler_sim/convert.h"
#include "xpiler_sim/atomic.h"
#include "xpiler_sim/host.h"

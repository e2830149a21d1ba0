// Everything device code of either platform uses; the precompiled part of every build.
#pragma once
#include <algorithm>
#include <cassert>
#include <cfloat>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "atomics.h"
#include "block.h"
#include "conversions.h"
#include "execution.h"
#include "host.h"
#include "launch.h"
#include "math.h"
#include "packed_integers.h"
#include "qualifiers.h"
#include "rounded_math.h"
#include "vector_types.h"
#include "warp.h"

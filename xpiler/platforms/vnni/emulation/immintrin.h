// <immintrin.h> in plain C++: every intrinsic as loops over lanes, for machines without the instruction sets.
//
// The values are exactly the instructions' (saturation, rounding, NaN rules), except that the approximate reciprocals are computed
// exactly. Registers are GNU vectors, so code that subscripts or adds them directly works as with the real header.
#pragma once
#include "avx512/registers.h"
#include "avx512/memory.h"
#include "avx512/set.h"
#include "avx512/arithmetic.h"
#include "avx512/fused.h"
#include "avx512/integer.h"
#include "avx512/shift.h"
#include "avx512/logic.h"
#include "avx512/compare.h"
#include "avx512/convert.h"
#include "avx512/cast.h"
#include "avx512/permute.h"
#include "avx512/unpack.h"
#include "avx512/reduce.h"
#include "avx512/dot.h"
#include "avx512/gather.h"
#include "avx512/masks.h"
#include "avx512/scalar.h"
#include "avx512/special.h"

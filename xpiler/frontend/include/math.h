// <math.h> in C++: the float overloads are global too.
#pragma once
#include "xpiler_standard.h"
#define XPILER_GLOBAL_UNARY(name) using std::name;
XPILER_MATH_UNARY(XPILER_GLOBAL_UNARY)
XPILER_MATH_BINARY(XPILER_GLOBAL_UNARY)
using std::abs; using std::isnan; using std::isinf; using std::isfinite; using std::signbit; using std::fma;

// The builtins of @name@: what the front end reads, and what text is compiled with where there is no compiler of the platform.
#pragma once

static inline float @name@_add(float a, float b) { return a + b; }
static inline float @name@_max(float a, float b) { return a > b ? a : b; }

// Functions whose result on hardware differs from the exact one: with documented errors on, the runtime moves results
// within the platform's bound. The C library's own names are caught when a file is linked (runtime/math_functions.cpp).
#pragma once

namespace xpiler_simt {

float fast_exp(float x);
float fast_exp10(float x);
float fast_log(float x);
float fast_log2(float x);
float fast_log10(float x);
float fast_sin(float x);
float fast_cos(float x);
float fast_tan(float x);
float fast_pow(float x, float y);
float fast_tanh(float x);
float fast_exp2(float x);
float fast_rcp(float x);
float fast_sqrt(float x);
float fast_divide(float a, float b);
float reciprocal_root(float x);

} // namespace xpiler_simt

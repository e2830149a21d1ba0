// Scalar functions of <math.h>. On the device a double argument is not narrowed: the text says what it says.
#pragma once
#define INFINITY (__builtin_inff())
#define NAN (__builtin_nanf(""))
#define M_PI 3.14159265358979323846
#pragma clang force_cuda_host_device begin
#define BANG_FUNCTION(name) \
  float name##f(float);     \
  float name(float);        \
  double name(double);
BANG_FUNCTION(exp)
BANG_FUNCTION(exp2)
BANG_FUNCTION(log)
BANG_FUNCTION(log2)
BANG_FUNCTION(sqrt)
BANG_FUNCTION(rsqrt)
BANG_FUNCTION(sin)
BANG_FUNCTION(cos)
BANG_FUNCTION(tanh)
BANG_FUNCTION(floor)
BANG_FUNCTION(ceil)
BANG_FUNCTION(round)
BANG_FUNCTION(trunc)
BANG_FUNCTION(fabs)
#define BANG_FUNCTION_OF_TWO(name) \
  float name##f(float, float);     \
  float name(float, float);        \
  double name(double, double);
BANG_FUNCTION_OF_TWO(pow)
BANG_FUNCTION_OF_TWO(fmax)
BANG_FUNCTION_OF_TWO(fmin)
int abs(int);
#pragma clang force_cuda_host_device end

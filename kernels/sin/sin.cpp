// Sine of every element.
#include <cmath>

extern "C" void sine(const float *A, float *T, int n) {
#pragma omp parallel for simd
  for (int i = 0; i < n; i++) T[i] = std::sin(A[i]);
}

extern "C" void sin_kernel(const float *A, float *T, int n) { sine(A, T, n); }

// 1 / (1 + e^-x) for every element.
#include <cmath>

static inline float sigmoid1(float x) { return 1.0f / (1.0f + std::exp(-x)); }

extern "C" void sigmoid(const float *__restrict A, float *__restrict T, int n) {
#pragma omp parallel for schedule(static)
  for (int i = 0; i < n; ++i) T[i] = sigmoid1(A[i]);
}

extern "C" void sigmoid_kernel(const float *A, float *T, int n) { sigmoid(A, T, n); }

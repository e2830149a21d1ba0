// RMS norm of every row: rows over the cores, two accumulators, horizontal sum by reduce.
#include <immintrin.h>
#include <cmath>

static float sum_of_squares(const float *x, int n) {
  __m512 a = _mm512_setzero_ps();
  __m512 b = _mm512_setzero_ps();
  int i = 0;
  for (; i <= n - 32; i += 32) {
    const __m512 u = _mm512_loadu_ps(x + i);
    const __m512 v = _mm512_loadu_ps(x + i + 16);
    a = _mm512_fmadd_ps(u, u, a);
    b = _mm512_fmadd_ps(v, v, b);
  }
  float sum = _mm512_reduce_add_ps(_mm512_add_ps(a, b));
  for (; i < n; ++i) sum += x[i] * x[i];
  return sum;
}

extern "C" void rmsnorm(const float *X, const float *W, float *Y, int rows, int cols) {
#pragma omp parallel for schedule(static)
  for (int r = 0; r < rows; ++r) {
    const float *x = X + (long)r * cols;
    float *y = Y + (long)r * cols;
    const float scale = 1.0f / std::sqrt(sum_of_squares(x, cols) / cols + 1e-5f);
    const __m512 s = _mm512_set1_ps(scale);
    int i = 0;
    for (; i + 15 < cols; i += 16)
      _mm512_storeu_ps(y + i, _mm512_mul_ps(_mm512_mul_ps(_mm512_loadu_ps(x + i), s), _mm512_loadu_ps(W + i)));
    for (; i < cols; ++i) y[i] = x[i] * scale * W[i];
  }
}

extern "C" void rmsnorm_kernel(const float *X, const float *W, float *Y, int rows, int cols) { rmsnorm(X, W, Y, rows, cols); }

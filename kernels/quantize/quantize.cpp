// Symmetric int8 quantisation by row: scale = max|x| / 127; narrowing with saturation.
#include <immintrin.h>
#include <math.h>
#include <stdint.h>

extern "C" void quantize(const float *X, int8_t *Q, float *S, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r) {
    const float *x = X + (size_t)r * cols;
    int8_t *q = Q + (size_t)r * cols;
    __m512 peak = _mm512_setzero_ps();
    for (int c = 0; c < cols; c += 16) {
      const __mmask16 m = cols - c < 16 ? (__mmask16)((1 << (cols - c)) - 1) : (__mmask16)0xffff;
      peak = _mm512_max_ps(peak, _mm512_abs_ps(_mm512_maskz_loadu_ps(m, x + c)));
    }
    const float d = _mm512_reduce_max_ps(peak) / 127.0f;
    const float id = d != 0.0f ? 1.0f / d : 0.0f;
    S[r] = d;
    for (int c = 0; c < cols; ++c) q[c] = (int8_t)roundf(x[c] * id);
  }
}

extern "C" void quantize_kernel(const float *X, int8_t *Q, float *S, int rows, int cols) { quantize(X, Q, S, rows, cols); }

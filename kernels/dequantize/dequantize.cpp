// int8 rows times a scale a row: sixteen bytes widened at a time.
#include <immintrin.h>
#include <stdint.h>

extern "C" void dequantize(const int8_t *Q, const float *S, float *Y, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r) {
    const int8_t *q = Q + (size_t)r * cols;
    float *y = Y + (size_t)r * cols;
    const __m512 scale = _mm512_set1_ps(S[r]);
    for (int c = 0; c < cols; c += 16) {
      const int left = cols - c;
      const __mmask16 m = left < 16 ? (__mmask16)((1 << left) - 1) : (__mmask16)-1;
      const __m512i wide = _mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(m, q + c));
      _mm512_mask_storeu_ps(y + c, m, _mm512_mul_ps(_mm512_cvtepi32_ps(wide), scale));
    }
  }
}

extern "C" void dequantize_kernel(const int8_t *Q, const float *S, float *Y, int rows, int cols) { dequantize(Q, S, Y, rows, cols); }

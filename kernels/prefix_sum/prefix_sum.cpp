// Inclusive prefix sums of every row: sixteen at a time in a register, shifted by one, two, four and eight lanes.
#include <immintrin.h>

static inline __m512 scan16(__m512 x) {
  const __m512i zero = _mm512_setzero_si512();
  x = _mm512_add_ps(x, _mm512_castsi512_ps(_mm512_alignr_epi32(_mm512_castps_si512(x), zero, 15)));
  x = _mm512_add_ps(x, _mm512_castsi512_ps(_mm512_alignr_epi32(_mm512_castps_si512(x), zero, 14)));
  x = _mm512_add_ps(x, _mm512_castsi512_ps(_mm512_alignr_epi32(_mm512_castps_si512(x), zero, 12)));
  return _mm512_add_ps(x, _mm512_castsi512_ps(_mm512_alignr_epi32(_mm512_castps_si512(x), zero, 8)));
}

extern "C" void prefix_sum(const float *X, float *Y, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r) {
    const float *x = X + (long)r * cols;
    float *y = Y + (long)r * cols;
    __m512 carry = _mm512_setzero_ps();
    int c = 0;
    for (; c + 16 <= cols; c += 16) {
      __m512 sums = _mm512_add_ps(scan16(_mm512_loadu_ps(x + c)), carry);
      _mm512_storeu_ps(y + c, sums);
      carry = _mm512_permutexvar_ps(_mm512_set1_epi32(15), sums);
    }
    float total = _mm512_cvtss_f32(carry);
    for (; c < cols; ++c) {
      total += x[c];
      y[c] = total;
    }
  }
}

extern "C" void prefix_sum_kernel(const float *X, float *Y, int rows, int cols) { prefix_sum(X, Y, rows, cols); }

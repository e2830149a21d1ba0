// Mean of every column: 16 columns a register, all rows, masked last columns.
#include <immintrin.h>

extern "C" void col_mean(const float *A, float *T, int rows, int cols) {
  const __m512 scale = _mm512_set1_ps(1.0f / rows);
#pragma omp parallel for
  for (int c = 0; c < cols; c += 16) {
    const __mmask16 m = cols - c >= 16 ? 0xffff : (__mmask16)((1 << (cols - c)) - 1);
    __m512 sum = _mm512_setzero_ps();
    for (int r = 0; r < rows; ++r) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(m, A + (size_t)r * cols + c));
    _mm512_mask_storeu_ps(T + c, m, _mm512_mul_ps(sum, scale));
  }
}

extern "C" void col_mean_kernel(const float *A, float *T, int rows, int cols) { col_mean(A, T, rows, cols); }

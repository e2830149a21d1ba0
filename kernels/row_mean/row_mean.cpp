// Mean of every row: one accumulator, a masked load for the end of the row.
#include <immintrin.h>

extern "C" void row_mean(const float *A, float *T, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r) {
    __m512 sum = _mm512_setzero_ps();
    for (int c = 0; c < cols; c += 16) {
      const __mmask16 m = cols - c < 16 ? (__mmask16)(0xffffu >> (16 - (cols - c))) : (__mmask16)0xffff;
      sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(m, A + (size_t)r * cols + c));
    }
    T[r] = _mm512_reduce_add_ps(sum) / (float)cols;
  }
}

extern "C" void row_mean_kernel(const float *A, float *T, int rows, int cols) { row_mean(A, T, rows, cols); }

// Sum of every row: two accumulators of 16 lanes, scalar tail.
#include <immintrin.h>

extern "C" void row_sum(const float *A, float *T, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r) {
    const float *row = A + (long)r * cols;
    __m512 even = _mm512_setzero_ps();
    __m512 odd = _mm512_setzero_ps();
    int c = 0;
    for (; c + 32 <= cols; c += 32) {
      even = _mm512_add_ps(even, _mm512_loadu_ps(row + c));
      odd = _mm512_add_ps(odd, _mm512_loadu_ps(row + c + 16));
    }
    float sum = _mm512_reduce_add_ps(_mm512_add_ps(even, odd));
    for (; c < cols; ++c)
      sum += row[c];
    T[r] = sum;
  }
}

extern "C" void row_sum_kernel(const float *A, float *T, int rows, int cols) { row_sum(A, T, rows, cols); }

// row_sum: translated from row_sum.cu
// Build: g++ -O3 -march=icelake-server -fopenmp

// source: Sum of every row: one warp a row, four rows a block, shuffles downwards.

#include <cstdint>
#include <immintrin.h>

extern "C" void row_sum(const float *A, float *T, int rows, int cols) {
  int whole = cols - cols % 16;
  bool has_rest = whole < cols;
#pragma omp parallel for
  for (int i = 0; i < rows; ++i) {
    __m512 sum = _mm512_setzero_ps();
    for (int j = 0; j < whole; j += 16) sum = _mm512_add_ps(sum, _mm512_loadu_ps(A + (int64_t)cols * i + j));
    if (has_rest) {
      __mmask16 lanes = (1u << (cols - whole)) - 1;
      sum = _mm512_mask_add_ps(sum, lanes, sum, _mm512_maskz_loadu_ps(lanes, A + (int64_t)cols * i + whole));
    }
    T[i] = _mm512_reduce_add_ps(sum);
  }
}

extern "C" void row_sum_kernel(const float *A, float *T, int rows, int cols) { row_sum(A, T, rows, cols); }

// transpose: translated from transpose.cu
// Build: g++ -O3 -march=icelake-server -fopenmp

// source: Transpose of a rows x cols matrix: 32 x 32 tiles in shared memory, padded against bank conflicts, 8 rows a
// step.

#include <algorithm>
#include <cstdint>
#include <immintrin.h>

// Registers 2 i and 2 i + 1 are registers i and i + 8, interleaved.
static inline void interleave16(const __m512 *from, __m512 *to) {
  const __m512i low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const __m512i high = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) {
    to[2 * i] = _mm512_permutex2var_ps(from[i], low, from[i + 8]);
    to[2 * i + 1] = _mm512_permutex2var_ps(from[i], high, from[i + 8]);
  }
}

// 16 rows of 16 floats become columns: interleaved four times, row and lane have changed places. The next 16 rows of
// `to` are fetched ahead.
static inline void transpose16(const float *from, int64_t from_stride, float *to, int64_t to_stride) {
  __m512 a[16], b[16];
#pragma GCC unroll 16
  for (int i = 0; i < 16; ++i) a[i] = _mm512_loadu_ps(from + i * from_stride);
  interleave16(a, b);
  interleave16(b, a);
  interleave16(a, b);
  interleave16(b, a);
#pragma GCC unroll 16
  for (int i = 0; i < 16; ++i) {
    _mm512_storeu_ps(to + i * to_stride, a[i]);
    _mm_prefetch(to + (i + 16) * to_stride, _MM_HINT_T0);
  }
}

// The rows x cols elements at `from` become cols x rows elements at `to`: whole tiles in registers, others one by one.
static inline void transpose_block(const float *from, int64_t from_stride, float *to, int64_t to_stride, int rows,
                                   int cols) {
  for (int c = 0; c < cols; c += 16)
    for (int r = 0; r < rows; r += 16)
      if (r + 16 <= rows && c + 16 <= cols)
        transpose16(from + r * from_stride + c, from_stride, to + c * to_stride + r, to_stride);
      else
        for (int j = c; j < std::min(c + 16, cols); ++j)
          for (int i = r; i < std::min(r + 16, rows); ++i) to[j * to_stride + i] = from[i * from_stride + j];
}

extern "C" void transpose(const float *A, float *T, int rows, int cols) {
#pragma omp parallel for collapse(2)
  for (int row = 0; row < rows; row += 128) {
    for (int col = 0; col < cols; col += 256) {
      int m = std::min(rows - row, 128);
      int n = std::min(cols - col, 256);
      transpose_block(A + (int64_t)row * cols + col, cols, T + (int64_t)col * rows + row, rows, m, n);
    }
  }
}

extern "C" void transpose_kernel(const float *A, float *T, int rows, int cols) { transpose(A, T, rows, cols); }

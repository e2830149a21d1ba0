// Transpose of a rows x cols matrix: tiles of 16 x 16 in sixteen registers, whose halves are interleaved four times.
#include <immintrin.h>

#include <algorithm>
#include <cstdint>

static inline void interleaved(const __m512 *from, __m512 *to) {
  const __m512i low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const __m512i high = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  for (int i = 0; i < 8; ++i) {
    to[2 * i] = _mm512_permutex2var_ps(from[i], low, from[i + 8]);
    to[2 * i + 1] = _mm512_permutex2var_ps(from[i], high, from[i + 8]);
  }
}

static inline void transposed(const float *from, int64_t from_stride, float *to, int64_t to_stride) {
  __m512 a[16], b[16];
  for (int i = 0; i < 16; ++i) a[i] = _mm512_loadu_ps(from + i * from_stride);
  interleaved(a, b);
  interleaved(b, a);
  interleaved(a, b);
  interleaved(b, a);
  for (int i = 0; i < 16; ++i) _mm512_storeu_ps(to + i * to_stride, a[i]);
}

extern "C" void transpose(const float *A, float *T, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; r += 16)
    for (int c = 0; c < cols; c += 16)
      if (r + 16 <= rows && c + 16 <= cols)
        transposed(A + (int64_t)r * cols + c, cols, T + (int64_t)c * rows + r, rows);
      else
        for (int i = r; i < std::min(r + 16, rows); ++i)
          for (int j = c; j < std::min(c + 16, cols); ++j) T[(int64_t)j * rows + i] = A[(int64_t)i * cols + j];
}

extern "C" void transpose_kernel(const float *A, float *T, int rows, int cols) { transpose(A, T, rows, cols); }

// Maximum of every column: 16 columns a register, then single columns.
#include <immintrin.h>

extern "C" void col_max(const float *A, float *T, int rows, int cols) {
  int c = 0;
  for (; c + 16 <= cols; c += 16) {
    __m512 top = _mm512_loadu_ps(A + c);
    for (int r = 1; r < rows; ++r) top = _mm512_max_ps(top, _mm512_loadu_ps(A + r * cols + c));
    _mm512_storeu_ps(T + c, top);
  }
  for (; c < cols; ++c) {
    float top = A[c];
    for (int r = 1; r < rows; ++r) top = A[r * cols + c] > top ? A[r * cols + c] : top;
    T[c] = top;
  }
}

extern "C" void col_max_kernel(const float *A, float *T, int rows, int cols) { col_max(A, T, rows, cols); }

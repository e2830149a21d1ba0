// Maximum of every row: 16 lanes, scalar tail.
#include <immintrin.h>
#include <algorithm>
#include <limits>

extern "C" void row_max(const float *A, float *T, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r) {
    const float *a = A + static_cast<size_t>(r) * cols;
    float best = std::numeric_limits<float>::lowest();
    int c = 0;
    if (cols >= 16) {
      __m512 lanes = _mm512_loadu_ps(a);
      for (c = 16; c + 16 <= cols; c += 16) lanes = _mm512_max_ps(lanes, _mm512_loadu_ps(a + c));
      best = _mm512_reduce_max_ps(lanes);
    }
    for (; c < cols; ++c) best = std::max(best, a[c]);
    T[r] = best;
  }
}

extern "C" void row_max_kernel(const float *A, float *T, int rows, int cols) { row_max(A, T, rows, cols); }

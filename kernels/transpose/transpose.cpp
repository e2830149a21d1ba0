// Transpose of a rows x cols matrix in 32 x 32 blocks that stay in the first-level cache.
#include <algorithm>

constexpr int BLOCK = 32;

extern "C" void transpose(const float *A, float *T, int rows, int cols) {
#pragma omp parallel for collapse(2)
  for (int r0 = 0; r0 < rows; r0 += BLOCK)
    for (int c0 = 0; c0 < cols; c0 += BLOCK) {
      int r1 = std::min(r0 + BLOCK, rows);
      int c1 = std::min(c0 + BLOCK, cols);
      for (int r = r0; r < r1; ++r)
        for (int c = c0; c < c1; ++c)
          T[c * rows + r] = A[r * cols + c];
    }
}

extern "C" void transpose_kernel(const float *A, float *T, int rows, int cols) { transpose(A, T, rows, cols); }

// Sum of every column: the output is the accumulator, rows are added to it.
extern "C" void col_sum(const float *A, float *T, int rows, int cols) {
  for (int c = 0; c < cols; ++c) T[c] = 0.0f;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c) T[c] += A[r * cols + c];
}

extern "C" void col_sum_kernel(const float *A, float *T, int rows, int cols) { col_sum(A, T, rows, cols); }

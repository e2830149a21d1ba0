// The first index of the smallest value of every row.
extern "C" void argmin(const float *A, int *I, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r) {
    const float *a = A + (long)r * cols;
    int at = 0;
    for (int c = 1; c < cols; ++c)
      if (a[c] < a[at]) at = c;
    I[r] = at;
  }
}

extern "C" void argmin_kernel(const float *A, int *I, int rows, int cols) { argmin(A, I, rows, cols); }

// [planes][rows][cols] to [cols][rows][planes], in the order of the output.
extern "C" void reverse_axes(const float *A, float *T, int planes, int rows, int cols) {
#pragma omp parallel for
  for (int c = 0; c < cols; c++)
    for (int r = 0; r < rows; r++) {
      float *out = T + ((long)c * rows + r) * planes;
      for (int p = 0; p < planes; p++) out[p] = A[((long)p * rows + r) * cols + c];
    }
}

extern "C" void reverse_axes_kernel(const float *A, float *T, int planes, int rows, int cols) { reverse_axes(A, T, planes, rows, cols); }

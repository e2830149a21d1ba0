// Rows to the places that an index names, each at most once; the other rows become zeros.
extern "C" void scatter(const float *A, const int *I, float *T, int rows, int tokens, int dim) {
  for (int i = 0; i < rows * dim; ++i) T[i] = 0.0f;
  for (int t = 0; t < tokens; ++t)
    for (int d = 0; d < dim; ++d) T[I[t] * dim + d] = A[t * dim + d];
}

extern "C" void scatter_kernel(const float *A, const int *I, float *T, int rows, int tokens, int dim) { scatter(A, I, T, rows, tokens, dim); }

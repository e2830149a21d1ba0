// Rows of a table by index; an index outside of the table gives zeros.
#include <cstddef>

extern "C" void gather(const float *A, const int *I, float *T, int vocab, int dim, int tokens) {
#pragma omp parallel for
  for (int t = 0; t < tokens; ++t) {
    const int id = I[t];
    if (id >= 0 && id < vocab) {
      for (int d = 0; d < dim; ++d) T[(size_t)t * dim + d] = A[(size_t)id * dim + d];
    } else {
      for (int d = 0; d < dim; ++d) T[(size_t)t * dim + d] = 0.0f;
    }
  }
}

extern "C" void gather_kernel(const float *A, const int *I, float *T, int vocab, int dim, int tokens) {
  gather(A, I, T, vocab, dim, tokens);
}

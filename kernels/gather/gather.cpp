// Rows of a table by index; an index outside of the table gives zeros.
#include <cstring>

extern "C" void gather(const float *A, const int *I, float *T, int vocab, int dim, int tokens) {
#pragma omp parallel for
  for (int t = 0; t < tokens; ++t) {
    int id = I[t];
    if (id < 0 || id >= vocab) {
      memset(T + (size_t)t * dim, 0, dim * sizeof(float));
      continue;
    }
    memcpy(T + (size_t)t * dim, A + (size_t)id * dim, dim * sizeof(float));
  }
}

extern "C" void gather_kernel(const float *A, const int *I, float *T, int vocab, int dim, int tokens) { gather(A, I, T, vocab, dim, tokens); }

// [batch][seq][heads][dim] to [batch][heads][seq][dim]: vectors copied whole.
#include <cstring>

extern "C" void swap_heads(const float *A, float *T, int batch, int seq, int heads, int dim) {
#pragma omp parallel for collapse(3)
  for (int b = 0; b < batch; ++b)
    for (int h = 0; h < heads; ++h)
      for (int s = 0; s < seq; ++s)
        std::memcpy(T + ((b * heads + h) * seq + s) * dim, A + ((b * seq + s) * heads + h) * dim, dim * sizeof(float));
}

extern "C" void swap_heads_kernel(const float *A, float *T, int batch, int seq, int heads, int dim) { swap_heads(A, T, batch, seq, heads, dim); }

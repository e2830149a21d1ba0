// Gated MLP: H = silu(X G) * (X U), Y = H D: tokens over the cores, sixteen columns of the weights at once.
#include <immintrin.h>

#include <cmath>
#include <vector>

static void row_times_matrix(const float *row, const float *matrix, float *out, int inputs, int outputs) {
  for (int c = 0; c < outputs; c += 16) {
    const __mmask16 m = outputs - c >= 16 ? 0xffff : (1u << (outputs - c)) - 1u;
    __m512 acc = _mm512_setzero_ps();
    for (int k = 0; k < inputs; ++k)
      acc = _mm512_fmadd_ps(_mm512_set1_ps(row[k]), _mm512_maskz_loadu_ps(m, matrix + (long)k * outputs + c), acc);
    _mm512_mask_storeu_ps(out + c, m, acc);
  }
}

extern "C" void gated_mlp(const float *X, const float *G, const float *U, const float *D, float *Y, int tokens, int dim, int hidden) {
#pragma omp parallel for
  for (int t = 0; t < tokens; ++t) {
    std::vector<float> gate(hidden), up(hidden);
    row_times_matrix(X + (long)t * dim, G, gate.data(), dim, hidden);
    row_times_matrix(X + (long)t * dim, U, up.data(), dim, hidden);
    for (int i = 0; i < hidden; ++i) gate[i] = gate[i] / (1.0f + std::exp(-gate[i])) * up[i];
    row_times_matrix(gate.data(), D, Y + (long)t * dim, hidden, dim);
  }
}

extern "C" void gated_mlp_kernel(const float *X, const float *G, const float *U, const float *D, float *Y, int tokens, int dim,
                                 int hidden) {
  gated_mlp(X, G, U, D, Y, tokens, dim, hidden);
}

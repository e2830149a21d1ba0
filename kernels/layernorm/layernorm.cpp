// Layer normalisation: FMA over 16 columns a step with a masked tail.
#include <immintrin.h>

#include <cmath>

static inline __mmask16 first_lanes(int n) { return n >= 16 ? 0xffff : (__mmask16)((1u << n) - 1); }

extern "C" void layernorm(const float *X, const float *G, const float *B, float *Y, int rows, int cols) {
#pragma omp parallel for schedule(static)
  for (int r = 0; r < rows; r++) {
    const float *x = X + (long)r * cols;
    float *y = Y + (long)r * cols;

    __m512 sum = _mm512_setzero_ps();
    for (int c = 0; c < cols; c += 16)
      sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(first_lanes(cols - c), x + c));
    const float mean = _mm512_reduce_add_ps(sum) / cols;

    __m512 squares = _mm512_setzero_ps();
    for (int c = 0; c < cols; c += 16) {
      __mmask16 lanes = first_lanes(cols - c);
      __m512 d = _mm512_maskz_sub_ps(lanes, _mm512_maskz_loadu_ps(lanes, x + c), _mm512_set1_ps(mean));
      squares = _mm512_fmadd_ps(d, d, squares);
    }
    const float scale = 1.0f / sqrtf(_mm512_reduce_add_ps(squares) / cols + 1e-5f);

    for (int c = 0; c < cols; c += 16) {
      __mmask16 lanes = first_lanes(cols - c);
      __m512 d = _mm512_sub_ps(_mm512_maskz_loadu_ps(lanes, x + c), _mm512_set1_ps(mean));
      __m512 g = _mm512_mul_ps(_mm512_maskz_loadu_ps(lanes, G + c), _mm512_set1_ps(scale));
      _mm512_mask_storeu_ps(y + c, lanes, _mm512_fmadd_ps(d, g, _mm512_maskz_loadu_ps(lanes, B + c)));
    }
  }
}

extern "C" void layernorm_kernel(const float *X, const float *G, const float *B, float *Y, int rows, int cols) {
  layernorm(X, G, B, Y, rows, cols);
}

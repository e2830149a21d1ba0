// Instance normalisation, NCHW: two passes for mean and variance, one for the output.
#include <immintrin.h>
#include <cmath>

extern "C" void instancenorm(const float *X, const float *G, const float *B, float *Y, int batch, int channels, int pixels) {
#pragma omp parallel for collapse(2)
  for (int n = 0; n < batch; ++n)
    for (int c = 0; c < channels; ++c) {
      const float *x = X + (n * channels + c) * pixels;
      float *y = Y + (n * channels + c) * pixels;
      const int whole = pixels & ~15;
      __m512 sums = _mm512_setzero_ps();
      for (int i = 0; i < whole; i += 16) sums = _mm512_add_ps(sums, _mm512_loadu_ps(x + i));
      float sum = _mm512_reduce_add_ps(sums);
      for (int i = whole; i < pixels; ++i) sum += x[i];
      const float mean = sum / pixels;
      __m512 squares = _mm512_setzero_ps();
      for (int i = 0; i < whole; i += 16) {
        const __m512 d = _mm512_sub_ps(_mm512_loadu_ps(x + i), _mm512_set1_ps(mean));
        squares = _mm512_fmadd_ps(d, d, squares);
      }
      float square = _mm512_reduce_add_ps(squares);
      for (int i = whole; i < pixels; ++i) square += (x[i] - mean) * (x[i] - mean);
      const float scale = G[c] / std::sqrt(square / pixels + 1e-5f);
      for (int i = 0; i < pixels; ++i) y[i] = (x[i] - mean) * scale + B[c];
    }
}

extern "C" void instancenorm_kernel(const float *X, const float *G, const float *B, float *Y, int batch, int channels, int pixels) { instancenorm(X, G, B, Y, batch, channels, pixels); }

// 1-D convolution, NCL, width 5, no padding: 16 outputs a register.
#include <immintrin.h>

extern "C" void conv1d(const float *X, const float *W, float *Y, int batch, int channels, int length, int filters) {
  const int out = length - 4;
#pragma omp parallel for collapse(2)
  for (int n = 0; n < batch; ++n)
    for (int f = 0; f < filters; ++f) {
      const float *w = W + f * channels * 5;
      float *y = Y + (n * filters + f) * out;
      for (int t = 0; t < out; t += 16) {
        const __mmask16 m = out - t >= 16 ? 0xffff : (__mmask16)((1u << (out - t)) - 1);
        __m512 sum = _mm512_setzero_ps();
        for (int c = 0; c < channels; ++c) {
          const float *x = X + (n * channels + c) * length + t;
          for (int k = 0; k < 5; ++k)
            sum = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(m, x + k), _mm512_set1_ps(w[c * 5 + k]), sum);
        }
        _mm512_mask_storeu_ps(y + t, m, sum);
      }
    }
}

extern "C" void conv1d_kernel(const float *X, const float *W, float *Y, int batch, int channels, int length, int filters) { conv1d(X, W, Y, batch, channels, length, filters); }

// Batch normalisation for inference, NCHW: scale and shift of a channel, then fused multiply-adds over its plane.
#include <immintrin.h>
#include <math.h>

struct BatchNorm {
  const float *gamma;
  const float *beta;
  const float *mean;
  const float *variance;
  float epsilon;
};

static inline void scale_plane(const float *src, float *dst, int n, float scale, float shift) {
  __m512 k = _mm512_set1_ps(scale), b = _mm512_set1_ps(shift);
  for (int i = 0; i < n; i += 16) {
    __mmask16 m = n - i >= 16 ? 0xFFFF : (__mmask16)((1 << (n - i)) - 1);
    __m512 v = _mm512_maskz_loadu_ps(m, src + i);
    _mm512_mask_storeu_ps(dst + i, m, _mm512_fmadd_ps(v, k, b));
  }
}

extern "C" void batchnorm(const float *X, const float *G, const float *B, const float *M, const float *V, float *Y, int batch, int channels,
                          int pixels) {
  const BatchNorm p = {G, B, M, V, 1e-5f};
#pragma omp parallel for collapse(2)
  for (int n = 0; n < batch; n++)
    for (int c = 0; c < channels; c++) {
      float scale = p.gamma[c] / sqrtf(p.variance[c] + p.epsilon);
      float shift = p.beta[c] - p.mean[c] * scale;
      scale_plane(X + (n * channels + c) * pixels, Y + (n * channels + c) * pixels, pixels, scale, shift);
    }
}

extern "C" void batchnorm_kernel(const float *X, const float *G, const float *B, const float *M, const float *V, float *Y, int batch,
                                 int channels, int pixels) {
  batchnorm(X, G, B, M, V, Y, batch, channels, pixels);
}

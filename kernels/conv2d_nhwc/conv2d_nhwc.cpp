// 2-D convolution, NHWC, 3 x 3, stride 1, no padding; weights [filter][3][3][channel]: dot products over the channels.
#include <immintrin.h>

static inline float dot(const float *a, const float *b, int n) {
  __m512 sum = _mm512_setzero_ps();
  for (int i = 0; i < n; i += 16) {
    const __mmask16 m = n - i < 16 ? (__mmask16)((1 << (n - i)) - 1) : (__mmask16)-1;
    sum = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(m, a + i), _mm512_maskz_loadu_ps(m, b + i), sum);
  }
  return _mm512_reduce_add_ps(sum);
}

extern "C" void conv2d_nhwc(const float *X, const float *W, float *Y, int batch, int height, int width, int channels, int filters) {
  const int oh = height - 2, ow = width - 2;
#pragma omp parallel for collapse(3)
  for (int n = 0; n < batch; ++n)
    for (int y = 0; y < oh; ++y)
      for (int x = 0; x < ow; ++x)
        for (int f = 0; f < filters; ++f) {
          float sum = 0.0f;
          for (int r = 0; r < 3; ++r)
            sum += dot(X + ((n * height + y + r) * width + x) * channels, W + (f * 3 + r) * 3 * channels, 3 * channels);
          Y[((n * oh + y) * ow + x) * filters + f] = sum;
        }
}

extern "C" void conv2d_nhwc_kernel(const float *X, const float *W, float *Y, int batch, int height, int width, int channels, int filters) { conv2d_nhwc(X, W, Y, batch, height, width, channels, filters); }

// Sum pooling, NHWC, window 2 x 2, stride 1.
#include <immintrin.h>

extern "C" void sumpool(const float *X, float *Y, int batch, int height, int width, int channels) {
  const int oh = height - 1, ow = width - 1;
#pragma omp parallel for collapse(2)
  for (int n = 0; n < batch; ++n)
    for (int y = 0; y < oh; ++y)
      for (int x = 0; x < ow; ++x) {
        const float *a = X + ((n * height + y) * width + x) * channels;
        const float *b = a + width * channels;
        float *out = Y + ((n * oh + y) * ow + x) * channels;
        int c = 0;
        for (; c + 16 <= channels; c += 16) {
          const __m512 upper = _mm512_add_ps(_mm512_loadu_ps(a + c), _mm512_loadu_ps(a + channels + c));
          const __m512 lower = _mm512_add_ps(_mm512_loadu_ps(b + c), _mm512_loadu_ps(b + channels + c));
          _mm512_storeu_ps(out + c, _mm512_add_ps(upper, lower));
        }
        for (; c < channels; ++c) out[c] = a[c] + a[channels + c] + b[c] + b[channels + c];
      }
}

extern "C" void sumpool_kernel(const float *X, float *Y, int batch, int height, int width, int channels) { sumpool(X, Y, batch, height, width, channels); }

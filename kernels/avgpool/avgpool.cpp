// Average pooling, NHWC, window 3 x 3, stride 2: 16, then 8, then single channels.
#include <immintrin.h>

extern "C" void avgpool(const float *X, float *Y, int batch, int height, int width, int channels) {
  const int oh = (height - 3) / 2 + 1;
  const int ow = (width - 3) / 2 + 1;
  const float ninth = 1.0f / 9.0f;
#pragma omp parallel for collapse(3)
  for (int n = 0; n < batch; ++n)
    for (int y = 0; y < oh; ++y)
      for (int x = 0; x < ow; ++x) {
        const float *in = X + ((n * height + 2 * y) * width + 2 * x) * channels;
        float *out = Y + ((n * oh + y) * ow + x) * channels;
        int c = 0;
        for (; c + 16 <= channels; c += 16) {
          __m512 sum = _mm512_setzero_ps();
          for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j) sum = _mm512_add_ps(sum, _mm512_loadu_ps(in + (i * width + j) * channels + c));
          _mm512_storeu_ps(out + c, _mm512_mul_ps(sum, _mm512_set1_ps(ninth)));
        }
        for (; c + 8 <= channels; c += 8) {
          __m256 sum = _mm256_setzero_ps();
          for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j) sum = _mm256_add_ps(sum, _mm256_loadu_ps(in + (i * width + j) * channels + c));
          _mm256_storeu_ps(out + c, _mm256_mul_ps(sum, _mm256_set1_ps(ninth)));
        }
        for (; c < channels; ++c) {
          float sum = 0.f;
          for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j) sum += in[(i * width + j) * channels + c];
          out[c] = sum * ninth;
        }
      }
}

extern "C" void avgpool_kernel(const float *X, float *Y, int batch, int height, int width, int channels) { avgpool(X, Y, batch, height, width, channels); }

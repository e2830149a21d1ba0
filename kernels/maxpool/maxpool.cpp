// Max pooling, NHWC, window 2 x 2, stride 2: 16 channels a step, masked last channels.
#include <immintrin.h>

extern "C" void maxpool(const float *X, float *Y, int batch, int height, int width, int channels) {
  const int out_h = height / 2;
  const int out_w = width / 2;
#pragma omp parallel for collapse(3)
  for (int b = 0; b < batch; ++b)
    for (int y = 0; y < out_h; ++y)
      for (int x = 0; x < out_w; ++x) {
        const float *upper = X + ((b * height + 2 * y) * width + 2 * x) * channels;
        const float *lower = upper + width * channels;
        float *out = Y + ((b * out_h + y) * out_w + x) * channels;
        for (int c = 0; c < channels; c += 16) {
          __mmask16 lanes = channels - c >= 16 ? (__mmask16)0xffff : (__mmask16)((1 << (channels - c)) - 1);
          __m512 left = _mm512_max_ps(_mm512_maskz_loadu_ps(lanes, upper + c), _mm512_maskz_loadu_ps(lanes, lower + c));
          __m512 right = _mm512_max_ps(_mm512_maskz_loadu_ps(lanes, upper + channels + c),
                                       _mm512_maskz_loadu_ps(lanes, lower + channels + c));
          _mm512_mask_storeu_ps(out + c, lanes, _mm512_max_ps(left, right));
        }
      }
}

extern "C" void maxpool_kernel(const float *X, float *Y, int batch, int height, int width, int channels) {
  maxpool(X, Y, batch, height, width, channels);
}

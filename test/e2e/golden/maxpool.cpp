// maxpool: translated from maxpool.cu
// Build: g++ -O3 -march=icelake-server -fopenmp

// source: Max pooling, NHWC, window 2 x 2, stride 2, no padding: one thread an output, channels fastest.

#include <cstdint>
#include <immintrin.h>

extern "C" void maxpool(const float *X, float *Y, int batch, int height, int width, int channels) {
  int pieces = height / 2;
  int parts = width / 2;
  int whole = channels - channels % 16;
  bool has_rest = whole < channels;
#pragma omp parallel for
  for (int i = 0; i < batch; ++i) {
    for (int j = 0; j < pieces; ++j) {
      for (int k = 0; k < parts; ++k) {
        for (int l = 0; l < whole; l += 16) {
          __m512 best = _mm512_set1_ps(-3.4028235e38f);
          for (int dy = 0; dy < 2; ++dy) {
            for (int dx = 0; dx < 2; ++dx) {
              __m512 x =
                  _mm512_loadu_ps(X + (((int64_t)height * i + j * 2 + dy) * width + (k * 2 + dx)) * channels + l);
              best = _mm512_mask_blend_ps(_mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q), _mm512_max_ps(best, x), best);
            }
          }
          _mm512_storeu_ps(Y + (((int64_t)pieces * i + j) * parts + k) * channels + l, best);
        }
        if (has_rest) {
          __mmask16 lanes = (1u << (channels - whole)) - 1;
          __m512 best = _mm512_set1_ps(-3.4028235e38f);
          for (int dy = 0; dy < 2; ++dy) {
            __m512 best_ = best;
            for (int dx = 0; dx < 2; ++dx) {
              __m512 x = _mm512_maskz_loadu_ps(
                  lanes, X + (((int64_t)height * i + j * 2 + dy) * width + (k * 2 + dx)) * channels + whole);
              best_ = _mm512_mask_blend_ps(_mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q), _mm512_max_ps(best_, x), best_);
            }
            best = best_;
          }
          _mm512_mask_storeu_ps(Y + (((int64_t)pieces * i + j) * parts + k) * channels + whole, lanes, best);
        }
      }
    }
  }
}

extern "C" void maxpool_kernel(const float *X, float *Y, int batch, int height, int width, int channels) {
  maxpool(X, Y, batch, height, width, channels);
}

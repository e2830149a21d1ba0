// Rotary embedding of interleaved pairs: eight pairs a step; cosines and sines are doubled by a permute, signs by addsub.
#include <immintrin.h>

extern "C" void rope(const float *X, const float *C, const float *S, float *Y, int seq, int heads, int half) {
  const __m512i twice = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
#pragma omp parallel for collapse(2)
  for (int p = 0; p < seq; ++p)
    for (int h = 0; h < heads; ++h) {
      const float *x = X + (p * heads + h) * 2 * half;
      float *y = Y + (p * heads + h) * 2 * half;
      const float *c = C + p * half;
      const float *s = S + p * half;
      int i = 0;
      for (; i + 8 <= half; i += 8) {
        __m512 v = _mm512_loadu_ps(x + 2 * i);
        __m512 cc = _mm512_permutexvar_ps(twice, _mm512_castps256_ps512(_mm256_loadu_ps(c + i)));
        __m512 ss = _mm512_permutexvar_ps(twice, _mm512_castps256_ps512(_mm256_loadu_ps(s + i)));
        __m512 swapped = _mm512_permute_ps(v, 0xB1);
        _mm512_storeu_ps(y + 2 * i, _mm512_fmaddsub_ps(v, cc, _mm512_mul_ps(swapped, ss)));
      }
      for (; i < half; ++i) {
        float a = x[2 * i], b = x[2 * i + 1];
        y[2 * i] = a * c[i] - b * s[i];
        y[2 * i + 1] = a * s[i] + b * c[i];
      }
    }
}

extern "C" void rope_kernel(const float *X, const float *C, const float *S, float *Y, int seq, int heads, int half) { rope(X, C, S, Y, seq, heads, half); }

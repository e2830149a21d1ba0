// One step of heat flow on a grid (five points, fixed border): sixteen points of a row at once, the rest under a mask.
#include <immintrin.h>

#include <cstring>

static inline __m512 step(__m512 here, __m512 north, __m512 south, __m512 west, __m512 east, __m512 alpha) {
  __m512 sum = _mm512_add_ps(_mm512_add_ps(north, south), _mm512_add_ps(west, east));
  return _mm512_fmadd_ps(alpha, _mm512_fnmadd_ps(_mm512_set1_ps(4.0f), here, sum), here);
}

extern "C" void stencil(const float *u, float *v, int height, int width, float alpha) {
  const __m512 a = _mm512_set1_ps(alpha);
#pragma omp parallel for
  for (int y = 0; y < height; ++y) {
    const float *row = u + y * width;
    float *out = v + y * width;
    if (y == 0 || y == height - 1 || width < 3) {
      memcpy(out, row, width * sizeof(float));
      continue;
    }
    out[0] = row[0];
    int x = 1;
    for (; x + 16 < width; x += 16) {
      __m512 here = _mm512_loadu_ps(row + x);
      __m512 next = step(here, _mm512_loadu_ps(row + x - width), _mm512_loadu_ps(row + x + width), _mm512_loadu_ps(row + x - 1),
                         _mm512_loadu_ps(row + x + 1), a);
      _mm512_storeu_ps(out + x, next);
    }
    if (x < width - 1) {
      const __mmask16 m = (1u << (width - 1 - x)) - 1u;
      __m512 here = _mm512_maskz_loadu_ps(m, row + x);
      __m512 next = step(here, _mm512_maskz_loadu_ps(m, row + x - width), _mm512_maskz_loadu_ps(m, row + x + width),
                         _mm512_maskz_loadu_ps(m, row + x - 1), _mm512_maskz_loadu_ps(m, row + x + 1), a);
      _mm512_mask_storeu_ps(out + x, m, next);
    }
    out[width - 1] = row[width - 1];
  }
}

extern "C" void stencil_kernel(const float *U, float *V, int height, int width, float alpha) { stencil(U, V, height, width, alpha); }

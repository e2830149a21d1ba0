// Minimum over the middle axis of three: the inner axis 16 at a time.
#include <immintrin.h>

extern "C" void axis_min(const float *A, float *T, int outer, int axis, int inner) {
#pragma omp parallel for
  for (int o = 0; o < outer; o++) {
    const float *slice = A + (size_t)o * axis * inner;
    float *out = T + (size_t)o * inner;
    for (int k = 0; k < inner; k += 16) {
      const int left = inner - k;
      const __mmask16 m = left >= 16 ? (__mmask16)0xFFFF : (__mmask16)((1 << left) - 1);
      __m512 low = _mm512_maskz_loadu_ps(m, slice + k);
      for (int j = 1; j < axis; j++) low = _mm512_min_ps(low, _mm512_maskz_loadu_ps(m, slice + (size_t)j * inner + k));
      _mm512_mask_storeu_ps(out + k, m, low);
    }
  }
}

extern "C" void axis_min_kernel(const float *A, float *T, int outer, int axis, int inner) { axis_min(A, T, outer, axis, inner); }

// Elementwise difference: 64 floats a step over all cores, then 16, then a masked rest.
#include <immintrin.h>

extern "C" void sub(const float *a, const float *b, float *t, int n) {
  const int main = n / 64 * 64;
#pragma omp parallel for
  for (int i = 0; i < main; i += 64) {
    _mm512_storeu_ps(t + i, _mm512_sub_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i)));
    _mm512_storeu_ps(t + i + 16, _mm512_sub_ps(_mm512_loadu_ps(a + i + 16), _mm512_loadu_ps(b + i + 16)));
    _mm512_storeu_ps(t + i + 32, _mm512_sub_ps(_mm512_loadu_ps(a + i + 32), _mm512_loadu_ps(b + i + 32)));
    _mm512_storeu_ps(t + i + 48, _mm512_sub_ps(_mm512_loadu_ps(a + i + 48), _mm512_loadu_ps(b + i + 48)));
  }
  for (int i = main; i < n; i += 16) {
    const int left = n - i;
    const __mmask16 m = left >= 16 ? (__mmask16)0xffff : (__mmask16)((1u << left) - 1u);
    _mm512_mask_storeu_ps(t + i, m, _mm512_sub_ps(_mm512_maskz_loadu_ps(m, a + i), _mm512_maskz_loadu_ps(m, b + i)));
  }
}

extern "C" void sub_kernel(const float *A, const float *B, float *T, int n) { sub(A, B, T, n); }

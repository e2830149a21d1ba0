// Elementwise sum: 16 floats a step, masked tail.
#include <immintrin.h>

extern "C" void add(const float *A, const float *B, float *T, int n) {
  int i = 0;
  for (; i + 16 <= n; i += 16) {
    __m512 a = _mm512_loadu_ps(A + i);
    __m512 b = _mm512_loadu_ps(B + i);
    _mm512_storeu_ps(T + i, _mm512_add_ps(a, b));
  }
  if (i < n) {
    __mmask16 tail = (__mmask16)((1u << (n - i)) - 1);
    __m512 a = _mm512_maskz_loadu_ps(tail, A + i);
    __m512 b = _mm512_maskz_loadu_ps(tail, B + i);
    _mm512_mask_storeu_ps(T + i, tail, _mm512_add_ps(a, b));
  }
}

extern "C" void add_kernel(const float *A, const float *B, float *T, int n) { add(A, B, T, n); }

// max(x, 0): registers of 16, 8 and 4 floats, then single ones.
#include <immintrin.h>

extern "C" void relu(const float *A, float *T, int n) {
  int i = 0;
  const __m512 zero = _mm512_setzero_ps();
  for (; i + 15 < n; i += 16) {
    __m512 p = _mm512_loadu_ps(A + i);
    _mm512_storeu_ps(T + i, _mm512_max_ps(zero, p));
  }
  for (; i + 7 < n; i += 8) {
    __m256 p = _mm256_loadu_ps(A + i);
    _mm256_storeu_ps(T + i, _mm256_max_ps(_mm256_setzero_ps(), p));
  }
  for (; i + 3 < n; i += 4) {
    __m128 p = _mm_loadu_ps(A + i);
    _mm_storeu_ps(T + i, _mm_max_ps(_mm_setzero_ps(), p));
  }
  for (; i < n; i++) T[i] = A[i] > 0.f ? A[i] : 0.f;
}

extern "C" void relu_kernel(const float *A, float *T, int n) { relu(A, T, n); }

// y = A x: four rows at a time share the loads of x.
#include <immintrin.h>

extern "C" void gemv(const float *A, const float *X, float *Y, int M, int N) {
  const int M4 = M / 4 * 4;
#pragma omp parallel for
  for (int r = 0; r < M4; r += 4) {
    const float *a0 = A + r * N;
    const float *a1 = a0 + N;
    const float *a2 = a1 + N;
    const float *a3 = a2 + N;
    __m512 s0 = _mm512_setzero_ps(), s1 = _mm512_setzero_ps();
    __m512 s2 = _mm512_setzero_ps(), s3 = _mm512_setzero_ps();
    int k = 0;
    for (; k + 16 <= N; k += 16) {
      __m512 x = _mm512_loadu_ps(X + k);
      s0 = _mm512_fmadd_ps(_mm512_loadu_ps(a0 + k), x, s0);
      s1 = _mm512_fmadd_ps(_mm512_loadu_ps(a1 + k), x, s1);
      s2 = _mm512_fmadd_ps(_mm512_loadu_ps(a2 + k), x, s2);
      s3 = _mm512_fmadd_ps(_mm512_loadu_ps(a3 + k), x, s3);
    }
    float y0 = _mm512_reduce_add_ps(s0), y1 = _mm512_reduce_add_ps(s1);
    float y2 = _mm512_reduce_add_ps(s2), y3 = _mm512_reduce_add_ps(s3);
    for (; k < N; ++k) {
      y0 += a0[k] * X[k];
      y1 += a1[k] * X[k];
      y2 += a2[k] * X[k];
      y3 += a3[k] * X[k];
    }
    Y[r] = y0;
    Y[r + 1] = y1;
    Y[r + 2] = y2;
    Y[r + 3] = y3;
  }
  for (int r = M4; r < M; ++r) {
    float sum = 0.f;
    for (int k = 0; k < N; ++k) sum += A[r * N + k] * X[k];
    Y[r] = sum;
  }
}

extern "C" void gemv_kernel(const float *A, const float *X, float *Y, int M, int N) { gemv(A, X, Y, M, N); }

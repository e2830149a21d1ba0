// Batched product: four rows of C by 16 columns in registers, the last rows one by one.
#include <immintrin.h>

static void product(const float *a, const float *b, float *c, int M, int N, int K) {
  for (int j = 0; j < N; j += 16) {
    const __mmask16 m = N - j < 16 ? (__mmask16)((1 << (N - j)) - 1) : (__mmask16)0xffff;
    int i = 0;
    for (; i + 4 <= M; i += 4) {
      __m512 c0 = _mm512_setzero_ps(), c1 = c0, c2 = c0, c3 = c0;
      for (int k = 0; k < K; ++k) {
        const __m512 v = _mm512_maskz_loadu_ps(m, b + k * N + j);
        c0 = _mm512_fmadd_ps(_mm512_set1_ps(a[i * K + k]), v, c0);
        c1 = _mm512_fmadd_ps(_mm512_set1_ps(a[(i + 1) * K + k]), v, c1);
        c2 = _mm512_fmadd_ps(_mm512_set1_ps(a[(i + 2) * K + k]), v, c2);
        c3 = _mm512_fmadd_ps(_mm512_set1_ps(a[(i + 3) * K + k]), v, c3);
      }
      _mm512_mask_storeu_ps(c + i * N + j, m, c0);
      _mm512_mask_storeu_ps(c + (i + 1) * N + j, m, c1);
      _mm512_mask_storeu_ps(c + (i + 2) * N + j, m, c2);
      _mm512_mask_storeu_ps(c + (i + 3) * N + j, m, c3);
    }
    for (; i < M; ++i) {
      __m512 sum = _mm512_setzero_ps();
      for (int k = 0; k < K; ++k) sum = _mm512_fmadd_ps(_mm512_set1_ps(a[i * K + k]), _mm512_maskz_loadu_ps(m, b + k * N + j), sum);
      _mm512_mask_storeu_ps(c + i * N + j, m, sum);
    }
  }
}

extern "C" void bmm(const float *A, const float *B, float *C, int batch, int M, int N, int K) {
#pragma omp parallel for
  for (int z = 0; z < batch; ++z) product(A + (size_t)z * M * K, B + (size_t)z * K * N, C + (size_t)z * M * N, M, N, K);
}

extern "C" void bmm_kernel(const float *A, const float *B, float *C, int batch, int M, int N, int K) { bmm(A, B, C, batch, M, N, K); }

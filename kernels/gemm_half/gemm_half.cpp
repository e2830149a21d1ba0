// C = A B, half in, float out: rows of B converted 16 at a time. N is a multiple of 16.
#include <immintrin.h>

extern "C" void gemm_half(const _Float16 *A, const _Float16 *B, float *C, int M, int N, int K) {
#pragma omp parallel for collapse(2)
  for (int i = 0; i < M; ++i)
    for (int j = 0; j < N; j += 16) {
      __m512 acc = _mm512_setzero_ps();
      for (int k = 0; k < K; ++k) {
        __m256i packed = _mm256_loadu_si256((const __m256i *)(B + k * N + j));
        acc = _mm512_fmadd_ps(_mm512_set1_ps((float)A[i * K + k]), _mm512_cvtph_ps(packed), acc);
      }
      _mm512_storeu_ps(C + i * N + j, acc);
    }
}

extern "C" void gemm_half_kernel(const _Float16 *A, const _Float16 *B, float *C, int M, int N, int K) {
  gemm_half(A, B, C, M, N, K);
}

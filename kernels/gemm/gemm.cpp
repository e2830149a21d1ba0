// C = A B in float: 16 columns of C in a register, FMA with a broadcast element of A; masked last columns.
#include <immintrin.h>

extern "C" void gemm(const float *A, const float *B, float *C, int M, int N, int K) {
#pragma omp parallel for
  for (int i = 0; i < M; ++i) {
    for (int j = 0; j < N; j += 16) {
      __mmask16 lanes = N - j >= 16 ? 0xffff : (__mmask16)((1u << (N - j)) - 1);
      __m512 acc = _mm512_setzero_ps();
      for (int k = 0; k < K; ++k)
        acc = _mm512_fmadd_ps(_mm512_set1_ps(A[i * K + k]), _mm512_maskz_loadu_ps(lanes, B + k * N + j), acc);
      _mm512_mask_storeu_ps(C + i * N + j, lanes, acc);
    }
  }
}

extern "C" void gemm_kernel(const float *A, const float *B, float *C, int M, int N, int K) { gemm(A, B, C, M, N, K); }

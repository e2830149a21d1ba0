// gemm: translated from gemm.cu
// Build: g++ -O3 -march=icelake-server -fopenmp

#include <algorithm>
#include <cstdint>
#include <immintrin.h>

extern "C" void gemm(const float *A, const float *B, float *C, int M, int N, int K) {
#pragma omp parallel for
  for (int row = 0; row < M; row += 4) {
    int row1 = std::min(row + 1, M - 1);
    int row2 = std::min((int64_t)row + 2, (int64_t)(M - 1));
    int row3 = std::min((int64_t)row + 3, (int64_t)(M - 1));
    for (int column = 0; column < N; column += 32) {
      int left = std::min(N - column, 32);
      __mmask16 lanes0 = (1u << std::min(left, 16)) - 1;
      __mmask16 lanes1 = (1u << std::max((int64_t)left - 16, (int64_t)0)) - 1;
      __m512 sum00 = _mm512_setzero_ps();
      __m512 sum01 = _mm512_setzero_ps();
      __m512 sum10 = _mm512_setzero_ps();
      __m512 sum11 = _mm512_setzero_ps();
      __m512 sum20 = _mm512_setzero_ps();
      __m512 sum21 = _mm512_setzero_ps();
      __m512 sum30 = _mm512_setzero_ps();
      __m512 sum31 = _mm512_setzero_ps();
      for (int k = 0; k < K; ++k) {
        __m512 b0 = _mm512_maskz_loadu_ps(lanes0, B + (int64_t)k * N + column);
        __m512 b1 = _mm512_maskz_loadu_ps(lanes1, B + (int64_t)k * N + column + 16);
        __m512 a0 = _mm512_set1_ps(A[(int64_t)row * K + k]);
        __m512 a1 = _mm512_set1_ps(A[(int64_t)row1 * K + k]);
        __m512 a2 = _mm512_set1_ps(A[(int64_t)row2 * K + k]);
        __m512 a3 = _mm512_set1_ps(A[(int64_t)row3 * K + k]);
        sum00 = _mm512_fmadd_ps(a0, b0, sum00);
        sum01 = _mm512_fmadd_ps(a0, b1, sum01);
        sum10 = _mm512_fmadd_ps(a1, b0, sum10);
        sum11 = _mm512_fmadd_ps(a1, b1, sum11);
        sum20 = _mm512_fmadd_ps(a2, b0, sum20);
        sum21 = _mm512_fmadd_ps(a2, b1, sum21);
        sum30 = _mm512_fmadd_ps(a3, b0, sum30);
        sum31 = _mm512_fmadd_ps(a3, b1, sum31);
      }
      _mm512_mask_storeu_ps(C + (int64_t)row * N + column, lanes0, sum00);
      _mm512_mask_storeu_ps(C + (int64_t)row * N + column + 16, lanes1, sum01);
      _mm512_mask_storeu_ps(C + (int64_t)row1 * N + column, lanes0, sum10);
      _mm512_mask_storeu_ps(C + (int64_t)row1 * N + column + 16, lanes1, sum11);
      _mm512_mask_storeu_ps(C + (int64_t)row2 * N + column, lanes0, sum20);
      _mm512_mask_storeu_ps(C + (int64_t)row2 * N + column + 16, lanes1, sum21);
      _mm512_mask_storeu_ps(C + (int64_t)row3 * N + column, lanes0, sum30);
      _mm512_mask_storeu_ps(C + (int64_t)row3 * N + column + 16, lanes1, sum31);
    }
  }
}

extern "C" void gemm_kernel(const float *A, const float *B, float *C, int M, int N, int K) { gemm(A, B, C, M, N, K); }

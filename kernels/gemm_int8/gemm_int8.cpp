// C = A B, int8 in, int32 out, exact: a column of B is gathered, then vpdpbusd on A + 128 with the compensation -128 * sum(B).
#include <immintrin.h>

#include <cstdint>

constexpr int CHUNK = 64;

extern "C" void gemm_int8(const int8_t *A, const int8_t *B, int *C, int M, int N, int K) {
#pragma omp parallel for
  for (int j = 0; j < N; ++j) {
    for (int i = 0; i < M; ++i)
      C[i * N + j] = 0;
    for (int k0 = 0; k0 < K; k0 += CHUNK) {
      alignas(64) int8_t column[CHUNK];
      int total = 0;
      for (int k = 0; k < CHUNK; ++k) {
        column[k] = k0 + k < K ? B[(k0 + k) * N + j] : 0;
        total += column[k];
      }
      __m512i b = _mm512_load_si512(column);
      __mmask64 lanes = K - k0 >= CHUNK ? ~0ull : (1ull << (K - k0)) - 1;
      for (int i = 0; i < M; ++i) {
        __m512i a = _mm512_maskz_loadu_epi8(lanes, A + i * K + k0);
        __m512i shifted = _mm512_xor_si512(a, _mm512_set1_epi8((char)0x80));
        __m512i sums = _mm512_dpbusd_epi32(_mm512_setzero_si512(), shifted, b);
        C[i * N + j] += _mm512_reduce_add_epi32(sums) - 128 * total;
      }
    }
  }
}

extern "C" void gemm_int8_kernel(const int8_t *A, const int8_t *B, int *C, int M, int N, int K) { gemm_int8(A, B, C, M, N, K); }

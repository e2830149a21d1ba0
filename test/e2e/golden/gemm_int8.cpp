// gemm_int8: translated from gemm_int8.cu
// Build: g++ -O3 -march=icelake-server -fopenmp

// source: C = A B, int8 in, int32 out, exact: 16 x 16 tiles in shared memory.

#include <algorithm>
#include <cstdint>
#include <immintrin.h>

extern "C" void gemm_int8(const int8_t *A, const int8_t *B, int *C, int M, int N, int K) {
#pragma omp parallel for
  for (int column = 0; column < N; column += 48) {
    int left = std::min(N - column, 48);
    alignas(64) int packed[6144];
    alignas(64) int totals[48];
    for (int start = 0; start < std::max(K, 1); start += 512) {
      int depth = std::min(K - start, 512);
#pragma GCC unroll 3
      for (int c = 0; c < 48; c += 16) _mm512_storeu_si512(totals + c, _mm512_setzero_si512());
      for (int k = 0; k < depth; k += 4) {
#pragma GCC unroll 3
        for (int c = 0; c < 48; c += 16) {
          __mmask16 lanes = (1u << std::max(std::min((int64_t)left - c, (int64_t)16), (int64_t)0)) - 1;
          __m512i words = _mm512_setzero_si512();
          for (int r = 0; r < std::min(depth - k, 4); ++r) {
            __m512i value =
                _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(lanes, B + ((int64_t)start + k + r) * N + column + c));
            words = _mm512_or_si512(words, _mm512_sllv_epi32(value, _mm512_set1_epi32(r * 8)));
          }
          _mm512_storeu_si512(packed + k * 12 + c, words);
          _mm512_storeu_si512(totals + c,
                              _mm512_dpbusd_epi32(_mm512_loadu_si512(totals + c), _mm512_set1_epi8(1), words));
        }
      }
      for (int row = 0; row < M; row += 8) {
        alignas(64) int sums[384];
#pragma GCC unroll 24
        for (int c = 0; c < 384; c += 16) _mm512_storeu_si512(sums + c, _mm512_setzero_si512());
        int whole = depth / 4 * 4;
        for (int k = 0; k < whole; k += 4) {
#pragma GCC unroll 8
          for (int r = 0; r < 8; ++r) {
            __m128i a = _mm_loadu_si32(A + std::min((int64_t)row + r, (int64_t)(M - 1)) * K + start + k);
            __m512i value = _mm512_xor_si512(_mm512_broadcastd_epi32(a), _mm512_set1_epi8(-128));
#pragma GCC unroll 3
            for (int c = 0; c < 48; c += 16) {
              __m512i result = _mm512_dpbusd_epi32(_mm512_loadu_si512(sums + r * 48 + c), value,
                                                   _mm512_loadu_si512(packed + k * 12 + c));
              _mm512_storeu_si512(sums + r * 48 + c, result);
            }
          }
        }
        __mmask8 rest = ((1u << ((int64_t)depth - whole)) - 1) & 15;
        for (int k = whole; k < depth; k += 4) {
#pragma GCC unroll 8
          for (int r = 0; r < 8; ++r) {
            __m128i a = _mm_maskz_loadu_epi8(rest, A + std::min((int64_t)row + r, (int64_t)(M - 1)) * K + start + k);
            __m512i value = _mm512_xor_si512(_mm512_broadcastd_epi32(a), _mm512_set1_epi8(-128));
#pragma GCC unroll 3
            for (int c = 0; c < 48; c += 16) {
              __m512i result = _mm512_dpbusd_epi32(_mm512_loadu_si512(sums + r * 48 + c), value,
                                                   _mm512_loadu_si512(packed + (int64_t)k * 12 + c));
              _mm512_storeu_si512(sums + r * 48 + c, result);
            }
          }
        }
#pragma GCC unroll 3
        for (int c = 0; c < 48; c += 16) {
          __m512i correction = _mm512_slli_epi32(_mm512_loadu_si512(totals + c), 7);
          unsigned value = (1u << std::max(std::min((int64_t)(start > 0 ? left : 0) - c, (int64_t)16), (int64_t)0)) - 1;
          __mmask16 lanes = (1u << std::max(std::min((int64_t)left - c, (int64_t)16), (int64_t)0)) - 1;
#pragma GCC unroll 8
          for (int r = 0; r < 8; ++r) {
            if ((int64_t)row + r < M) {
              int64_t offset = ((int64_t)row + r) * N + ((int64_t)column + c);
              __m512i position = _mm512_add_epi32(_mm512_sub_epi32(_mm512_loadu_si512(sums + r * 48 + c), correction),
                                                  _mm512_maskz_loadu_epi32(value, C + offset));
              _mm512_mask_storeu_epi32(C + offset, lanes, position);
            }
          }
        }
      }
    }
  }
}

extern "C" void gemm_int8_kernel(const int8_t *A, const int8_t *B, int *C, int M, int N, int K) {
  gemm_int8(A, B, C, M, N, K);
}

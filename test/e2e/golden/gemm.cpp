// gemm: translated from gemm.cu
// Build: g++ -O3 -march=icelake-server -fopenmp

// source: C = A B in float, row-major, any sizes: 16 x 16 tiles of A and B in shared memory.

#include <algorithm>
#include <cstdint>
#include <immintrin.h>

extern "C" void gemm(const float *A, const float *B, float *C, int M, int N, int K) {
#pragma omp parallel for
  for (int column = 0; column < N; column += 48) {
    int left = std::min(N - column, 48);
    alignas(64) float packed[24576];
    for (int start = 0; start < std::max(K, 1); start += 512) {
      int depth = std::min(K - start, 512);
      for (int k = 0; k < depth; ++k) {
#pragma GCC unroll 3
        for (int c = 0; c < 48; c += 16) {
          __mmask16 lanes = (1u << std::max(std::min((int64_t)left - c, (int64_t)16), (int64_t)0)) - 1;
          _mm512_storeu_ps(packed + k * 48 + c,
                           _mm512_maskz_loadu_ps(lanes, B + ((int64_t)start + k) * N + column + c));
        }
      }
      for (int row = 0; row < M; row += 8) {
        alignas(64) float sums[384];
#pragma GCC unroll 24
        for (int c = 0; c < 384; c += 16) _mm512_storeu_ps(sums + c, _mm512_setzero_ps());
        for (int k = 0; k < depth; ++k) {
#pragma GCC unroll 8
          for (int r = 0; r < 8; ++r) {
            __m512 a = _mm512_set1_ps(A[std::min((int64_t)row + r, (int64_t)(M - 1)) * K + start + k]);
#pragma GCC unroll 3
            for (int c = 0; c < 48; c += 16) {
              __m512 sum = _mm512_fmadd_ps(a, _mm512_loadu_ps(packed + k * 48 + c), _mm512_loadu_ps(sums + r * 48 + c));
              _mm512_storeu_ps(sums + r * 48 + c, sum);
            }
          }
        }
#pragma GCC unroll 3
        for (int c = 0; c < 48; c += 16) {
          unsigned rest = (1u << std::max(std::min((int64_t)(start > 0 ? left : 0) - c, (int64_t)16), (int64_t)0)) - 1;
          __mmask16 lanes = (1u << std::max(std::min((int64_t)left - c, (int64_t)16), (int64_t)0)) - 1;
#pragma GCC unroll 8
          for (int r = 0; r < 8; ++r) {
            if ((int64_t)row + r < M) {
              int64_t offset = ((int64_t)row + r) * N + ((int64_t)column + c);
              _mm512_mask_storeu_ps(
                  C + offset, lanes,
                  _mm512_add_ps(_mm512_loadu_ps(sums + r * 48 + c), _mm512_maskz_loadu_ps(rest, C + offset)));
            }
          }
        }
      }
    }
  }
}

extern "C" void gemm_kernel(const float *A, const float *B, float *C, int M, int N, int K) { gemm(A, B, C, M, N, K); }

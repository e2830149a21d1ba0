// gemm: translated from gemm.cu
// Build: g++ -O3 -march=icelake-server -fopenmp

#include <algorithm>
#include <cstdint>
#include <immintrin.h>

extern "C" void gemm(const float *A, const float *B, float *C, int M, int N, int K) {
#pragma omp parallel for
  for (int column = 0; column < N; column += 48) {
    int left = std::min(N - column, 48);
    int columns0 = std::min(left, 16);
    int columns1 = std::min(std::max((int64_t)left - 16, (int64_t)0), (int64_t)16);
    int columns2 = std::max((int64_t)left - 32, (int64_t)0);
    __mmask16 lanes0 = (1u << columns0) - 1;
    __mmask16 lanes1 = (1u << columns1) - 1;
    __mmask16 lanes2 = (1u << columns2) - 1;
    alignas(64) float packed[24576];
    for (int start = 0; start < std::max(K, 1); start += 512) {
      int depth = std::min(K - start, 512);
      for (int k = 0; k < depth; ++k) {
        int64_t offset = ((int64_t)start + k) * N;
        _mm512_storeu_ps(packed + k * 48, _mm512_maskz_loadu_ps(lanes0, B + offset + column));
        _mm512_storeu_ps(packed + k * 48 + 16, _mm512_maskz_loadu_ps(lanes1, B + offset + column + 16));
        _mm512_storeu_ps(packed + k * 48 + 32, _mm512_maskz_loadu_ps(lanes2, B + offset + column + 32));
      }
      bool inside = start > 0;
      __mmask16 written0 = (1u << (inside ? columns0 : 0)) - 1;
      __mmask16 written1 = (1u << (inside ? columns1 : 0)) - 1;
      __mmask16 written2 = (1u << (inside ? columns2 : 0)) - 1;
      for (int row = 0; row < M; row += 8) {
        int row1 = std::min(row + 1, M - 1);
        int row2 = std::min(row1 + 1, M - 1);
        int row3 = std::min(row2 + 1, M - 1);
        int row4 = std::min(row3 + 1, M - 1);
        int row5 = std::min(row4 + 1, M - 1);
        int row6 = std::min(row5 + 1, M - 1);
        int row7 = std::min(row6 + 1, M - 1);
        __m512 sum00 = _mm512_maskz_loadu_ps(written0, C + (int64_t)row * N + column);
        __m512 sum01 = _mm512_maskz_loadu_ps(written1, C + (int64_t)row * N + column + 16);
        __m512 sum02 = _mm512_maskz_loadu_ps(written2, C + (int64_t)row * N + column + 32);
        __m512 sum10 = _mm512_maskz_loadu_ps(written0, C + (int64_t)row1 * N + column);
        __m512 sum11 = _mm512_maskz_loadu_ps(written1, C + (int64_t)row1 * N + column + 16);
        __m512 sum12 = _mm512_maskz_loadu_ps(written2, C + (int64_t)row1 * N + column + 32);
        __m512 sum20 = _mm512_maskz_loadu_ps(written0, C + (int64_t)row2 * N + column);
        __m512 sum21 = _mm512_maskz_loadu_ps(written1, C + (int64_t)row2 * N + column + 16);
        __m512 sum22 = _mm512_maskz_loadu_ps(written2, C + (int64_t)row2 * N + column + 32);
        __m512 sum30 = _mm512_maskz_loadu_ps(written0, C + (int64_t)row3 * N + column);
        __m512 sum31 = _mm512_maskz_loadu_ps(written1, C + (int64_t)row3 * N + column + 16);
        __m512 sum32 = _mm512_maskz_loadu_ps(written2, C + (int64_t)row3 * N + column + 32);
        __m512 sum40 = _mm512_maskz_loadu_ps(written0, C + (int64_t)row4 * N + column);
        __m512 sum41 = _mm512_maskz_loadu_ps(written1, C + (int64_t)row4 * N + column + 16);
        __m512 sum42 = _mm512_maskz_loadu_ps(written2, C + (int64_t)row4 * N + column + 32);
        __m512 sum50 = _mm512_maskz_loadu_ps(written0, C + (int64_t)row5 * N + column);
        __m512 sum51 = _mm512_maskz_loadu_ps(written1, C + (int64_t)row5 * N + column + 16);
        __m512 sum52 = _mm512_maskz_loadu_ps(written2, C + (int64_t)row5 * N + column + 32);
        __m512 sum60 = _mm512_maskz_loadu_ps(written0, C + (int64_t)row6 * N + column);
        __m512 sum61 = _mm512_maskz_loadu_ps(written1, C + (int64_t)row6 * N + column + 16);
        __m512 sum62 = _mm512_maskz_loadu_ps(written2, C + (int64_t)row6 * N + column + 32);
        __m512 sum70 = _mm512_maskz_loadu_ps(written0, C + (int64_t)row7 * N + column);
        __m512 sum71 = _mm512_maskz_loadu_ps(written1, C + (int64_t)row7 * N + column + 16);
        __m512 sum72 = _mm512_maskz_loadu_ps(written2, C + (int64_t)row7 * N + column + 32);
        for (int k = 0; k < depth; ++k) {
          __m512 b0 = _mm512_loadu_ps(packed + k * 48);
          __m512 b1 = _mm512_loadu_ps(packed + k * 48 + 16);
          __m512 b2 = _mm512_loadu_ps(packed + k * 48 + 32);
          __m512 a0 = _mm512_set1_ps(A[(int64_t)row * K + start + k]);
          __m512 a1 = _mm512_set1_ps(A[(int64_t)row1 * K + start + k]);
          __m512 a2 = _mm512_set1_ps(A[(int64_t)row2 * K + start + k]);
          __m512 a3 = _mm512_set1_ps(A[(int64_t)row3 * K + start + k]);
          __m512 a4 = _mm512_set1_ps(A[(int64_t)row4 * K + start + k]);
          __m512 a5 = _mm512_set1_ps(A[(int64_t)row5 * K + start + k]);
          __m512 a6 = _mm512_set1_ps(A[(int64_t)row6 * K + start + k]);
          __m512 a7 = _mm512_set1_ps(A[(int64_t)row7 * K + start + k]);
          sum00 = _mm512_add_ps(sum00, _mm512_mul_ps(a0, b0));
          sum01 = _mm512_add_ps(sum01, _mm512_mul_ps(a0, b1));
          sum02 = _mm512_add_ps(sum02, _mm512_mul_ps(a0, b2));
          sum10 = _mm512_add_ps(sum10, _mm512_mul_ps(a1, b0));
          sum11 = _mm512_add_ps(sum11, _mm512_mul_ps(a1, b1));
          sum12 = _mm512_add_ps(sum12, _mm512_mul_ps(a1, b2));
          sum20 = _mm512_add_ps(sum20, _mm512_mul_ps(a2, b0));
          sum21 = _mm512_add_ps(sum21, _mm512_mul_ps(a2, b1));
          sum22 = _mm512_add_ps(sum22, _mm512_mul_ps(a2, b2));
          sum30 = _mm512_add_ps(sum30, _mm512_mul_ps(a3, b0));
          sum31 = _mm512_add_ps(sum31, _mm512_mul_ps(a3, b1));
          sum32 = _mm512_add_ps(sum32, _mm512_mul_ps(a3, b2));
          sum40 = _mm512_add_ps(sum40, _mm512_mul_ps(a4, b0));
          sum41 = _mm512_add_ps(sum41, _mm512_mul_ps(a4, b1));
          sum42 = _mm512_add_ps(sum42, _mm512_mul_ps(a4, b2));
          sum50 = _mm512_add_ps(sum50, _mm512_mul_ps(a5, b0));
          sum51 = _mm512_add_ps(sum51, _mm512_mul_ps(a5, b1));
          sum52 = _mm512_add_ps(sum52, _mm512_mul_ps(a5, b2));
          sum60 = _mm512_add_ps(sum60, _mm512_mul_ps(a6, b0));
          sum61 = _mm512_add_ps(sum61, _mm512_mul_ps(a6, b1));
          sum62 = _mm512_add_ps(sum62, _mm512_mul_ps(a6, b2));
          sum70 = _mm512_add_ps(sum70, _mm512_mul_ps(a7, b0));
          sum71 = _mm512_add_ps(sum71, _mm512_mul_ps(a7, b1));
          sum72 = _mm512_add_ps(sum72, _mm512_mul_ps(a7, b2));
        }
        _mm512_mask_storeu_ps(C + (int64_t)row * N + column, lanes0, sum00);
        _mm512_mask_storeu_ps(C + (int64_t)row * N + column + 16, lanes1, sum01);
        _mm512_mask_storeu_ps(C + (int64_t)row * N + column + 32, lanes2, sum02);
        _mm512_mask_storeu_ps(C + (int64_t)row1 * N + column, lanes0, sum10);
        _mm512_mask_storeu_ps(C + (int64_t)row1 * N + column + 16, lanes1, sum11);
        _mm512_mask_storeu_ps(C + (int64_t)row1 * N + column + 32, lanes2, sum12);
        _mm512_mask_storeu_ps(C + (int64_t)row2 * N + column, lanes0, sum20);
        _mm512_mask_storeu_ps(C + (int64_t)row2 * N + column + 16, lanes1, sum21);
        _mm512_mask_storeu_ps(C + (int64_t)row2 * N + column + 32, lanes2, sum22);
        _mm512_mask_storeu_ps(C + (int64_t)row3 * N + column, lanes0, sum30);
        _mm512_mask_storeu_ps(C + (int64_t)row3 * N + column + 16, lanes1, sum31);
        _mm512_mask_storeu_ps(C + (int64_t)row3 * N + column + 32, lanes2, sum32);
        _mm512_mask_storeu_ps(C + (int64_t)row4 * N + column, lanes0, sum40);
        _mm512_mask_storeu_ps(C + (int64_t)row4 * N + column + 16, lanes1, sum41);
        _mm512_mask_storeu_ps(C + (int64_t)row4 * N + column + 32, lanes2, sum42);
        _mm512_mask_storeu_ps(C + (int64_t)row5 * N + column, lanes0, sum50);
        _mm512_mask_storeu_ps(C + (int64_t)row5 * N + column + 16, lanes1, sum51);
        _mm512_mask_storeu_ps(C + (int64_t)row5 * N + column + 32, lanes2, sum52);
        _mm512_mask_storeu_ps(C + (int64_t)row6 * N + column, lanes0, sum60);
        _mm512_mask_storeu_ps(C + (int64_t)row6 * N + column + 16, lanes1, sum61);
        _mm512_mask_storeu_ps(C + (int64_t)row6 * N + column + 32, lanes2, sum62);
        _mm512_mask_storeu_ps(C + (int64_t)row7 * N + column, lanes0, sum70);
        _mm512_mask_storeu_ps(C + (int64_t)row7 * N + column + 16, lanes1, sum71);
        _mm512_mask_storeu_ps(C + (int64_t)row7 * N + column + 32, lanes2, sum72);
      }
    }
  }
}

extern "C" void gemm_kernel(const float *A, const float *B, float *C, int M, int N, int K) { gemm(A, B, C, M, N, K); }

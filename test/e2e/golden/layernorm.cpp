// layernorm: translated from layernorm.cu
// Build: g++ -O3 -march=icelake-server -fopenmp

// source: Layer normalisation over the columns of a rows x cols matrix: one block a row, tree reductions in shared
// memory.

#include <cmath>
#include <cstdint>
#include <immintrin.h>

extern "C" void layernorm(const float *X, const float *G, const float *B, float *Y, int rows, int cols) {
  int whole = cols - cols % 16;
  bool has_rest = whole < cols;
#pragma omp parallel for
  for (int i = 0; i < rows; ++i) {
    __m512 sum = _mm512_setzero_ps();
    for (int j = 0; j < whole; j += 16) sum = _mm512_add_ps(sum, _mm512_loadu_ps(X + (int64_t)cols * i + j));
    if (has_rest) {
      __mmask16 lanes = (1u << (cols - whole)) - 1;
      sum = _mm512_mask_add_ps(sum, lanes, sum, _mm512_maskz_loadu_ps(lanes, X + (int64_t)cols * i + whole));
    }
    float mean = _mm512_reduce_add_ps(sum) / (float)cols;
    __m512 squares = _mm512_setzero_ps();
    for (int j = 0; j < whole; j += 16) {
      __m512 d = _mm512_sub_ps(_mm512_loadu_ps(X + (int64_t)cols * i + j), _mm512_set1_ps(mean));
      squares = _mm512_fmadd_ps(d, d, squares);
    }
    if (has_rest) {
      __mmask16 lanes = (1u << (cols - whole)) - 1;
      __m512 d = _mm512_sub_ps(_mm512_maskz_loadu_ps(lanes, X + (int64_t)cols * i + whole), _mm512_set1_ps(mean));
      squares = _mm512_mask3_fmadd_ps(d, d, squares, lanes);
    }
    float inverse = 1.0f / sqrtf(_mm512_reduce_add_ps(squares) / (float)cols + 0.00001f);
    for (int j = 0; j < whole; j += 16) {
      __m512 product = _mm512_mul_ps(_mm512_sub_ps(_mm512_loadu_ps(X + (int64_t)i * cols + j), _mm512_set1_ps(mean)),
                                     _mm512_set1_ps(inverse));
      _mm512_storeu_ps(Y + (int64_t)i * cols + j,
                       _mm512_fmadd_ps(product, _mm512_loadu_ps(G + j), _mm512_loadu_ps(B + j)));
    }
    if (has_rest) {
      __mmask16 lanes = (1u << (cols - whole)) - 1;
      __m512 difference =
          _mm512_sub_ps(_mm512_maskz_loadu_ps(lanes, X + (int64_t)i * cols + whole), _mm512_set1_ps(mean));
      __m512 value = _mm512_fmadd_ps(_mm512_mul_ps(difference, _mm512_set1_ps(inverse)),
                                     _mm512_maskz_loadu_ps(lanes, G + whole), _mm512_maskz_loadu_ps(lanes, B + whole));
      _mm512_mask_storeu_ps(Y + (int64_t)i * cols + whole, lanes, value);
    }
  }
}

extern "C" void layernorm_kernel(const float *X, const float *G, const float *B, float *Y, int rows, int cols) {
  layernorm(X, G, B, Y, rows, cols);
}

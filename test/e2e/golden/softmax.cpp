// softmax: translated from softmax.cu
// Build: g++ -O3 -march=icelake-server -fopenmp

// source: Softmax of every row of a rows x cols matrix: one block a row, warp shuffles and one value a warp in shared
// memory.

#include <cmath>
#include <cstdint>
#include <immintrin.h>

// e^x to within 1 ulp: x = n ln 2 + r, a polynomial in r, scaled by 2^n. Adding 1.5 * 2^23 rounds to a whole number.
static inline __m512 exp512(__m512 x) {
  __m512 one = _mm512_set1_ps(1.0f), whole = _mm512_set1_ps(12582912.0f);
  x = _mm512_max_ps(_mm512_set1_ps(-128.0f), _mm512_min_ps(_mm512_set1_ps(128.0f), x));
  __m512 n = _mm512_sub_ps(_mm512_fmadd_ps(x, _mm512_set1_ps(1.44269504f), whole), whole);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375f), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-2.12194440e-4f), r);
  __m512 p = _mm512_set1_ps(1.9875691500e-4f);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.3981999507e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(8.3334519073e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(4.1665795894e-2f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.6666665459e-1f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.0000001201e-1f));
  p = _mm512_fmadd_ps(_mm512_fmadd_ps(p, r, one), r, one);
  return _mm512_scalef_ps(p, n);
}

extern "C" void softmax(const float *A, float *T, int rows, int cols) {
  int whole = cols - cols % 16;
  bool has_rest = whole < cols;
#pragma omp parallel for
  for (int i = 0; i < rows; ++i) {
    __m512 peak = _mm512_set1_ps(-INFINITY);
    for (int j = 0; j < whole; j += 16) peak = _mm512_max_ps(_mm512_loadu_ps(A + (int64_t)i * cols + j), peak);
    if (has_rest) {
      __mmask16 lanes = (1u << (cols - whole)) - 1;
      peak = _mm512_mask_max_ps(peak, lanes, _mm512_maskz_loadu_ps(lanes, A + (int64_t)i * cols + whole), peak);
    }
    float largest = fmaxf(_mm512_reduce_max_ps(peak), -3.4028235e38f);
    __m512 total = _mm512_setzero_ps();
    for (int j = 0; j < whole; j += 16) {
      __m512 power = exp512(_mm512_sub_ps(_mm512_loadu_ps(A + (int64_t)i * cols + j), _mm512_set1_ps(largest)));
      _mm512_storeu_ps(T + (int64_t)i * cols + j, power);
      total = _mm512_add_ps(total, power);
    }
    if (has_rest) {
      __mmask16 lanes = (1u << (cols - whole)) - 1;
      __m512 difference =
          _mm512_sub_ps(_mm512_maskz_loadu_ps(lanes, A + (int64_t)i * cols + whole), _mm512_set1_ps(largest));
      __m512 power = exp512(difference);
      _mm512_mask_storeu_ps(T + (int64_t)i * cols + whole, lanes, power);
      total = _mm512_mask_add_ps(total, lanes, total, power);
    }
    float scale = 1.0f / _mm512_reduce_add_ps(total);
    for (int j = 0; j < whole; j += 16) {
      _mm512_storeu_ps(T + (int64_t)i * cols + j,
                       _mm512_mul_ps(_mm512_loadu_ps(T + (int64_t)i * cols + j), _mm512_set1_ps(scale)));
    }
    if (has_rest) {
      __mmask16 lanes = (1u << (cols - whole)) - 1;
      __m512 product =
          _mm512_mul_ps(_mm512_maskz_loadu_ps(lanes, T + (int64_t)i * cols + whole), _mm512_set1_ps(scale));
      _mm512_mask_storeu_ps(T + (int64_t)i * cols + whole, lanes, product);
    }
  }
}

extern "C" void softmax_kernel(const float *A, float *T, int rows, int cols) { softmax(A, T, rows, cols); }

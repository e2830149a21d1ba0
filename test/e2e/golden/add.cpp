// add: translated from add.cu
// Build: g++ -O3 -march=icelake-server -fopenmp

// source: Elementwise sum of two vectors, one thread an element.

#include <immintrin.h>

extern "C" void add(const float *A, const float *B, float *T, int n) {
  int whole = n - n % 16;
#pragma omp parallel for
  for (int i = 0; i < whole; i += 16)
    _mm512_storeu_ps(T + i, _mm512_add_ps(_mm512_loadu_ps(A + i), _mm512_loadu_ps(B + i)));
  bool has_rest = whole < n;
  if (has_rest) {
    __mmask16 lanes = (1u << (n - whole)) - 1;
    __m512 sum = _mm512_add_ps(_mm512_maskz_loadu_ps(lanes, A + whole), _mm512_maskz_loadu_ps(lanes, B + whole));
    _mm512_mask_storeu_ps(T + whole, lanes, sum);
  }
}

extern "C" void add_kernel(const float *A, const float *B, float *T, int n) { add(A, B, T, n); }

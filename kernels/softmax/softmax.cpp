// Softmax of every row: vector maximum, scalar exponentials kept in the output, vector scaling.
#include <immintrin.h>

#include <cfloat>
#include <cmath>

extern "C" void softmax(const float *A, float *T, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r) {
    const float *row = A + (long)r * cols;
    float *out = T + (long)r * cols;
    __m512 peaks = _mm512_set1_ps(-FLT_MAX);
    int c = 0;
    for (; c <= cols - 16; c += 16)
      peaks = _mm512_max_ps(peaks, _mm512_loadu_ps(row + c));
    float peak = _mm512_reduce_max_ps(peaks);
    for (; c < cols; ++c)
      peak = row[c] > peak ? row[c] : peak;

    float total = 0.0f;
    for (c = 0; c < cols; ++c) {
      out[c] = expf(row[c] - peak);
      total += out[c];
    }

    __m512 scale = _mm512_set1_ps(1.0f / total);
    for (c = 0; c <= cols - 16; c += 16)
      _mm512_storeu_ps(out + c, _mm512_mul_ps(_mm512_loadu_ps(out + c), scale));
    for (; c < cols; ++c)
      out[c] *= 1.0f / total;
  }
}

extern "C" void softmax_kernel(const float *A, float *T, int rows, int cols) { softmax(A, T, rows, cols); }

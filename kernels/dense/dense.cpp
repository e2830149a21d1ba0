// A layer: Y = relu(X W^T + b): dot products of rows, 16 floats a step, masked tail.
#include <immintrin.h>
#include <algorithm>

static inline float dot(const float *a, const float *b, int n) {
  __m512 acc = _mm512_setzero_ps();
  int i = 0;
  while (i + 16 <= n) {
    acc = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), acc);
    i += 16;
  }
  if (n & 15) {
    const __mmask16 tail = (1u << (n & 15)) - 1u;
    acc = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(tail, a + i), _mm512_maskz_loadu_ps(tail, b + i), acc);
  }
  return _mm512_reduce_add_ps(acc);
}

extern "C" void dense(const float *X, const float *W, const float *B, float *Y, int batch, int inputs, int outputs) {
#pragma omp parallel for collapse(2)
  for (int r = 0; r < batch; ++r) {
    for (int o = 0; o < outputs; ++o) {
      float v = dot(X + r * inputs, W + o * inputs, inputs) + B[o];
      Y[r * outputs + o] = std::max(v, 0.0f);
    }
  }
}

extern "C" void dense_kernel(const float *X, const float *W, const float *B, float *Y, int batch, int inputs, int outputs) { dense(X, W, B, Y, batch, inputs, outputs); }

"""Softmax in two passes and in one, attention by a row of scores and without it."""

SOFTMAX = """
#include <cmath>
extern "C" void softmax(const float *A, float *T, int rows, int cols) {
  for (int r = 0; r < rows; ++r) {
    float peak = -INFINITY;
    for (int c = 0; c < cols; ++c) peak = fmaxf(peak, A[r * cols + c]);
    float total = 0.0f;
    for (int c = 0; c < cols; ++c) total += expf(A[r * cols + c] - peak);
    for (int c = 0; c < cols; ++c) T[r * cols + c] = expf(A[r * cols + c] - peak) / total;
  }
}
extern "C" void softmax_kernel(const float *A, float *T, int rows, int cols) { softmax(A, T, rows, cols); }
"""

ONLINE = """
#include <cmath>
extern "C" void softmax(const float *A, float *T, int rows, int cols) {
  for (int r = 0; r < rows; ++r) {
    float peak = -INFINITY, total = 0.0f;
    for (int c = 0; c < cols; ++c) {
      float x = A[r * cols + c];
      float higher = fmaxf(peak, x);
      total = total * expf(peak - higher) + expf(x - higher);
      peak = higher;
    }
    for (int c = 0; c < cols; ++c) T[r * cols + c] = expf(A[r * cols + c] - peak) / total;
  }
}
extern "C" void softmax_kernel(const float *A, float *T, int rows, int cols) { softmax(A, T, rows, cols); }
"""

SIGNATURE = "const float *Q, const float *K, const float *V, float *S, float *O, int n, int d"

ATTENTION = (
    """
#include <cmath>
extern "C" void attention(SIGNATURE) {
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      float dot = 0.0f;
      for (int k = 0; k < d; ++k) dot += Q[i * d + k] * K[j * d + k];
      S[i * n + j] = dot;
    }
    float peak = -INFINITY;
    for (int j = 0; j < n; ++j) peak = fmaxf(peak, S[i * n + j]);
    float total = 0.0f;
    for (int j = 0; j < n; ++j) total += expf(S[i * n + j] - peak);
    for (int k = 0; k < d; ++k) {
      float sum = 0.0f;
      for (int j = 0; j < n; ++j) sum += expf(S[i * n + j] - peak) / total * V[j * d + k];
      O[i * d + k] = sum;
    }
    for (int j = 0; j < n; ++j) S[i * n + j] = 0.0f;
  }
}
extern "C" void attention_kernel(SIGNATURE) { attention(Q, K, V, S, O, n, d); }
"""
).replace("SIGNATURE", SIGNATURE)

FLASH = (
    """
#include <cmath>
extern "C" void attention(SIGNATURE) {
  for (int i = 0; i < n; ++i) {
    float peak = -INFINITY, total = 0.0f;
    for (int k = 0; k < d; ++k) O[i * d + k] = 0.0f;
    for (int j = 0; j < n; ++j) {
      float dot = 0.0f;
      for (int k = 0; k < d; ++k) dot += Q[i * d + k] * K[j * d + k];
      float higher = fmaxf(peak, dot);
      float scale = expf(peak - higher), weight = expf(dot - higher);
      total = total * scale + weight;
      for (int k = 0; k < d; ++k) O[i * d + k] = O[i * d + k] * scale + weight * V[j * d + k];
      peak = higher;
    }
    for (int k = 0; k < d; ++k) O[i * d + k] = O[i * d + k] / total;
    for (int j = 0; j < n; ++j) S[i * n + j] = 0.0f;
  }
}
extern "C" void attention_kernel(SIGNATURE) { attention(Q, K, V, S, O, n, d); }
"""
).replace("SIGNATURE", SIGNATURE)

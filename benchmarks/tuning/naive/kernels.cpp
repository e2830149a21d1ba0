// The operators as plain loops, what a programmer writes first; compiled with -O3 -march=native -fopenmp.
#include <cfloat>
#include <cmath>
#include <cstdint>

extern "C" void naive_add_kernel(const float *A, const float *B, float *T, int n) {
#pragma omp parallel for
  for (int i = 0; i < n; ++i) T[i] = A[i] + B[i];
}

extern "C" void naive_gelu_kernel(const float *A, float *T, int n) {
#pragma omp parallel for
  for (int i = 0; i < n; ++i) {
    float x = A[i];
    T[i] = 0.5f * x * (1.0f + tanhf(0.7978845608f * (x + 0.044715f * x * x * x)));
  }
}

extern "C" void naive_softmax_kernel(const float *A, float *T, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r) {
    const float *row = A + (int64_t)r * cols;
    float *out = T + (int64_t)r * cols;
    float peak = -FLT_MAX, total = 0.0f;
    for (int c = 0; c < cols; ++c) peak = fmaxf(peak, row[c]);
    for (int c = 0; c < cols; ++c) total += out[c] = expf(row[c] - peak);
    for (int c = 0; c < cols; ++c) out[c] /= total;
  }
}

extern "C" void naive_layernorm_kernel(const float *X, const float *G, const float *B, float *Y, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r) {
    const float *row = X + (int64_t)r * cols;
    float total = 0.0f, squares = 0.0f;
    for (int c = 0; c < cols; ++c) total += row[c];
    const float mean = total / cols;
    for (int c = 0; c < cols; ++c) squares += (row[c] - mean) * (row[c] - mean);
    const float scale = 1.0f / sqrtf(squares / cols + 1e-5f);
    for (int c = 0; c < cols; ++c) Y[(int64_t)r * cols + c] = (row[c] - mean) * scale * G[c] + B[c];
  }
}

extern "C" void naive_row_sum_kernel(const float *A, float *T, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r) {
    float total = 0.0f;
    for (int c = 0; c < cols; ++c) total += A[(int64_t)r * cols + c];
    T[r] = total;
  }
}

template <class T, class Sum>
static void product(const T *A, const T *B, Sum *C, int M, int N, int K) {
#pragma omp parallel for
  for (int i = 0; i < M; ++i)
    for (int j = 0; j < N; ++j) {
      Sum total = 0;
      for (int k = 0; k < K; ++k) total += (Sum)A[(int64_t)i * K + k] * (Sum)B[(int64_t)k * N + j];
      C[(int64_t)i * N + j] = total;
    }
}

extern "C" void naive_gemm_kernel(const float *A, const float *B, float *C, int M, int N, int K) { product(A, B, C, M, N, K); }

extern "C" void naive_gemm_int8_kernel(const int8_t *A, const int8_t *B, int32_t *C, int M, int N, int K) { product(A, B, C, M, N, K); }

extern "C" void naive_transpose_kernel(const float *A, float *T, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c) T[(int64_t)c * rows + r] = A[(int64_t)r * cols + c];
}

extern "C" void naive_maxpool_kernel(const float *X, float *Y, int batch, int height, int width, int channels) {
#pragma omp parallel for
  for (int b = 0; b < batch; ++b)
    for (int y = 0; y < height / 2; ++y)
      for (int x = 0; x < width / 2; ++x)
        for (int c = 0; c < channels; ++c) {
          float peak = -FLT_MAX;
          for (int i = 0; i < 2; ++i)
            for (int j = 0; j < 2; ++j) peak = fmaxf(peak, X[(((int64_t)b * height + 2 * y + i) * width + 2 * x + j) * channels + c]);
          Y[(((int64_t)b * (height / 2) + y) * (width / 2) + x) * channels + c] = peak;
        }
}

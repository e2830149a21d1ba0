// The operators as plain loops, what a programmer writes first; compiled with -O3 -march=native -fopenmp.
#include <cfloat>
#include <cmath>
#include <cstdint>

#define PAIRWISE(NAME, VALUE)                                                                    \
  extern "C" void naive_##NAME##_kernel(const float *A, const float *B, float *T, int n) {       \
    _Pragma("omp parallel for") for (int i = 0; i < n; ++i) {                                    \
      float x = A[i], y = B[i];                                                                  \
      T[i] = VALUE;                                                                              \
    }                                                                                            \
  }
PAIRWISE(add, x + y)
PAIRWISE(sub, x - y)

#define ELEMENTWISE(NAME, VALUE)                                                \
  extern "C" void naive_##NAME##_kernel(const float *A, float *T, int n) {      \
    _Pragma("omp parallel for") for (int i = 0; i < n; ++i) {                   \
      float x = A[i];                                                           \
      T[i] = VALUE;                                                             \
    }                                                                           \
  }
ELEMENTWISE(relu, fmaxf(x, 0.0f))
ELEMENTWISE(sigmoid, 1.0f / (1.0f + expf(-x)))
ELEMENTWISE(silu, x / (1.0f + expf(-x)))
ELEMENTWISE(gelu, 0.5f * x * (1.0f + tanhf(0.7978845608f * (x + 0.044715f * x * x * x))))
ELEMENTWISE(gelu_erf, 0.5f * x * (1.0f + erff(x * 0.70710678f)))

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

#define BY_ROW(NAME, FIRST, STEP, LAST)                                                         \
  extern "C" void naive_##NAME##_kernel(const float *A, float *T, int rows, int cols) {         \
    _Pragma("omp parallel for") for (int r = 0; r < rows; ++r) {                                \
      float acc = FIRST;                                                                        \
      for (int c = 0; c < cols; ++c) {                                                          \
        float x = A[(int64_t)r * cols + c];                                                     \
        acc = STEP;                                                                             \
      }                                                                                         \
      T[r] = LAST;                                                                              \
    }                                                                                           \
  }
BY_ROW(row_sum, 0.0f, acc + x, acc)
BY_ROW(row_mean, 0.0f, acc + x, acc / cols)
BY_ROW(row_max, -INFINITY, fmaxf(acc, x), acc)
BY_ROW(row_min, INFINITY, fminf(acc, x), acc)

#define BY_COLUMN(NAME, FIRST, STEP, LAST)                                                      \
  extern "C" void naive_##NAME##_kernel(const float *A, float *T, int rows, int cols) {         \
    _Pragma("omp parallel for") for (int c = 0; c < cols; ++c) {                                \
      float acc = FIRST;                                                                        \
      for (int r = 0; r < rows; ++r) {                                                          \
        float x = A[(int64_t)r * cols + c];                                                     \
        acc = STEP;                                                                             \
      }                                                                                         \
      T[c] = LAST;                                                                              \
    }                                                                                           \
  }
BY_COLUMN(col_sum, 0.0f, acc + x, acc)
BY_COLUMN(col_mean, 0.0f, acc + x, acc / rows)
BY_COLUMN(col_max, -INFINITY, fmaxf(acc, x), acc)

extern "C" void naive_axis_min_kernel(const float *A, float *T, int outer, int axis, int inner) {
#pragma omp parallel for
  for (int o = 0; o < outer; ++o)
    for (int i = 0; i < inner; ++i) {
      float low = INFINITY;
      for (int a = 0; a < axis; ++a) low = fminf(low, A[((int64_t)o * axis + a) * inner + i]);
      T[(int64_t)o * inner + i] = low;
    }
}

extern "C" void naive_batchnorm_kernel(const float *X, const float *G, const float *B, const float *M, const float *V, float *Y, int batch,
                                       int channels, int pixels) {
#pragma omp parallel for
  for (int n = 0; n < batch; ++n)
    for (int c = 0; c < channels; ++c)
      for (int p = 0; p < pixels; ++p) {
        int64_t at = ((int64_t)n * channels + c) * pixels + p;
        Y[at] = (X[at] - M[c]) / sqrtf(V[c] + 1e-5f) * G[c] + B[c];
      }
}

extern "C" void naive_instancenorm_kernel(const float *X, const float *G, const float *B, float *Y, int batch, int channels, int pixels) {
#pragma omp parallel for
  for (int n = 0; n < batch; ++n)
    for (int c = 0; c < channels; ++c) {
      const float *plane = X + ((int64_t)n * channels + c) * pixels;
      float *out = Y + ((int64_t)n * channels + c) * pixels;
      float total = 0.0f, squares = 0.0f;
      for (int p = 0; p < pixels; ++p) total += plane[p];
      const float mean = total / pixels;
      for (int p = 0; p < pixels; ++p) squares += (plane[p] - mean) * (plane[p] - mean);
      const float scale = G[c] / sqrtf(squares / pixels + 1e-5f);
      for (int p = 0; p < pixels; ++p) out[p] = (plane[p] - mean) * scale + B[c];
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

extern "C" void naive_avgpool_kernel(const float *X, float *Y, int batch, int height, int width, int channels) {
  const int rows = (height - 3) / 2 + 1, cols = (width - 3) / 2 + 1;
#pragma omp parallel for
  for (int b = 0; b < batch; ++b)
    for (int y = 0; y < rows; ++y)
      for (int x = 0; x < cols; ++x)
        for (int c = 0; c < channels; ++c) {
          float total = 0.0f;
          for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j) total += X[(((int64_t)b * height + 2 * y + i) * width + 2 * x + j) * channels + c];
          Y[(((int64_t)b * rows + y) * cols + x) * channels + c] = total / 9;
        }
}

extern "C" void naive_sumpool_kernel(const float *X, float *Y, int batch, int height, int width, int channels) {
#pragma omp parallel for
  for (int b = 0; b < batch; ++b)
    for (int y = 0; y < height - 1; ++y)
      for (int x = 0; x < width - 1; ++x)
        for (int c = 0; c < channels; ++c) {
          float total = 0.0f;
          for (int i = 0; i < 2; ++i)
            for (int j = 0; j < 2; ++j) total += X[(((int64_t)b * height + y + i) * width + x + j) * channels + c];
          Y[(((int64_t)b * (height - 1) + y) * (width - 1) + x) * channels + c] = total;
        }
}

extern "C" void naive_bmm_kernel(const float *A, const float *B, float *C, int batch, int M, int N, int K) {
  for (int b = 0; b < batch; ++b) product(A + (int64_t)b * M * K, B + (int64_t)b * K * N, C + (int64_t)b * M * N, M, N, K);
}

extern "C" void naive_gemv_kernel(const float *A, const float *X, float *Y, int M, int N) {
#pragma omp parallel for
  for (int i = 0; i < M; ++i) {
    float total = 0.0f;
    for (int j = 0; j < N; ++j) total += A[(int64_t)i * N + j] * X[j];
    Y[i] = total;
  }
}

extern "C" void naive_dense_kernel(const float *X, const float *W, const float *B, float *Y, int batch, int inputs, int outputs) {
#pragma omp parallel for
  for (int n = 0; n < batch; ++n)
    for (int o = 0; o < outputs; ++o) {
      float total = 0.0f;
      for (int i = 0; i < inputs; ++i) total += X[(int64_t)n * inputs + i] * W[(int64_t)o * inputs + i];
      Y[(int64_t)n * outputs + o] = fmaxf(total + B[o], 0.0f);
    }
}

extern "C" void naive_conv1d_kernel(const float *X, const float *W, float *Y, int batch, int channels, int length, int filters) {
#pragma omp parallel for
  for (int b = 0; b < batch; ++b)
    for (int f = 0; f < filters; ++f)
      for (int p = 0; p < length - 4; ++p) {
        float total = 0.0f;
        for (int c = 0; c < channels; ++c)
          for (int k = 0; k < 5; ++k) total += X[((int64_t)b * channels + c) * length + p + k] * W[((int64_t)f * channels + c) * 5 + k];
        Y[((int64_t)b * filters + f) * (length - 4) + p] = total;
      }
}

// The sum over a 3 x 3 window of a plane, zeros around it.
static float window(const float *plane, const float *weights, int height, int width, int y, int x) {
  float total = 0.0f;
  for (int r = 0; r < 3; ++r)
    for (int s = 0; s < 3; ++s) {
      int i = y + r - 1, j = x + s - 1;
      if (i >= 0 && i < height && j >= 0 && j < width) total += plane[(int64_t)i * width + j] * weights[3 * r + s];
    }
  return total;
}

extern "C" void naive_conv2d_kernel(const float *X, const float *W, const float *B, float *Y, int batch, int channels, int height, int width,
                                    int filters) {
#pragma omp parallel for
  for (int b = 0; b < batch; ++b)
    for (int f = 0; f < filters; ++f)
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
          float total = B[f];
          for (int c = 0; c < channels; ++c)
            total += window(X + ((int64_t)b * channels + c) * height * width, W + ((int64_t)f * channels + c) * 9, height, width, y, x);
          Y[(((int64_t)b * filters + f) * height + y) * width + x] = total;
        }
}

extern "C" void naive_depthwise_kernel(const float *X, const float *W, float *Y, int batch, int channels, int height, int width) {
#pragma omp parallel for
  for (int b = 0; b < batch; ++b)
    for (int c = 0; c < channels; ++c)
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
          int64_t plane = ((int64_t)b * channels + c) * height * width;
          Y[plane + (int64_t)y * width + x] = window(X + plane, W + (int64_t)c * 9, height, width, y, x);
        }
}

extern "C" void naive_conv2d_nhwc_kernel(const float *X, const float *W, float *Y, int batch, int height, int width, int channels,
                                         int filters) {
#pragma omp parallel for
  for (int b = 0; b < batch; ++b)
    for (int y = 0; y < height - 2; ++y)
      for (int x = 0; x < width - 2; ++x)
        for (int f = 0; f < filters; ++f) {
          float total = 0.0f;
          for (int r = 0; r < 3; ++r)
            for (int s = 0; s < 3; ++s)
              for (int c = 0; c < channels; ++c)
                total += X[(((int64_t)b * height + y + r) * width + x + s) * channels + c] * W[(((int64_t)f * 3 + r) * 3 + s) * channels + c];
          Y[(((int64_t)b * (height - 2) + y) * (width - 2) + x) * filters + f] = total;
        }
}

extern "C" void naive_nchw_to_nhwc_kernel(const float *A, float *T, int batch, int channels, int pixels) {
  for (int b = 0; b < batch; ++b) naive_transpose_kernel(A + (int64_t)b * channels * pixels, T + (int64_t)b * channels * pixels, channels, pixels);
}

extern "C" void naive_reverse_axes_kernel(const float *A, float *T, int planes, int rows, int cols) {
#pragma omp parallel for
  for (int p = 0; p < planes; ++p)
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < cols; ++c) T[((int64_t)c * rows + r) * planes + p] = A[((int64_t)p * rows + r) * cols + c];
}

extern "C" void naive_swap_heads_kernel(const float *A, float *T, int batch, int seq, int heads, int dim) {
#pragma omp parallel for
  for (int b = 0; b < batch; ++b)
    for (int s = 0; s < seq; ++s)
      for (int h = 0; h < heads; ++h)
        for (int d = 0; d < dim; ++d) T[(((int64_t)b * heads + h) * seq + s) * dim + d] = A[(((int64_t)b * seq + s) * heads + h) * dim + d];
}

extern "C" void naive_concat_kernel(const float *A, const float *B, float *T, int rows, int left, int right) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < left + right; ++c)
      T[(int64_t)r * (left + right) + c] = c < left ? A[(int64_t)r * left + c] : B[(int64_t)r * right + c - left];
}

extern "C" void naive_dequantize_kernel(const int8_t *Q, const float *S, float *Y, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c) Y[(int64_t)r * cols + c] = Q[(int64_t)r * cols + c] * S[r];
}

extern "C" void naive_quantize_kernel(const float *X, int8_t *Q, float *S, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r) {
    float peak = 0.0f;
    for (int c = 0; c < cols; ++c) peak = fmaxf(peak, fabsf(X[(int64_t)r * cols + c]));
    S[r] = peak / 127.0f;
    const float inverse = S[r] != 0 ? 1.0f / S[r] : 0.0f;
    for (int c = 0; c < cols; ++c) Q[(int64_t)r * cols + c] = (int8_t)roundf(X[(int64_t)r * cols + c] * inverse);
  }
}

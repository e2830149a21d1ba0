// softmax
// Build: g++ -O3 -march=icelake-server -fopenmp

#include <cmath>
#include <cstdint>

extern "C" void softmax(const float *A, float *T, int rows) {
#pragma omp parallel for
  for (int i = 0; i < rows; ++i) {
    float buffer[96];
    float peak = -INFINITY;
    for (int j = 0; j < 96; ++j) peak = fmaxf(peak, A[(int64_t)i * 96 + j]);
    for (int j = 0; j < 96; ++j) buffer[j] = expf(A[(int64_t)i * 96 + j] - peak);
    float sum = 0.0f;
    for (int j = 0; j < 96; ++j) sum += buffer[j];
    for (int j = 0; j < 96; ++j) T[(int64_t)i * 96 + j] = buffer[j] / sum;
  }
}

extern "C" void softmax_kernel(const float *A, float *T, int rows) { softmax(A, T, rows); }

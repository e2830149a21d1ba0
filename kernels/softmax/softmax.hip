// Softmax of every row: one 64-lane wave a row, four rows a block.
#include <hip/hip_runtime.h>

#include <limits>

constexpr int WAVE = 64;
constexpr int WAVES = 4;

__global__ void softmax(const float *__restrict__ A, float *__restrict__ T, int rows, int cols) {
  const int lane = threadIdx.x & (WAVE - 1);
  const int r = blockIdx.x * WAVES + threadIdx.x / WAVE;
  if (r >= rows) return;
  const float *row = A + (size_t)r * cols;

  float peak = std::numeric_limits<float>::lowest();
  for (int c = lane; c < cols; c += WAVE) peak = fmaxf(peak, row[c]);
  for (int offset = WAVE / 2; offset > 0; offset /= 2) peak = fmaxf(peak, __shfl_xor(peak, offset));

  float total = 0.0f;
  for (int c = lane; c < cols; c += WAVE) total += expf(row[c] - peak);
  for (int offset = WAVE / 2; offset > 0; offset /= 2) total += __shfl_xor(total, offset);

  for (int c = lane; c < cols; c += WAVE) T[(size_t)r * cols + c] = expf(row[c] - peak) / total;
}

extern "C" void softmax_kernel(const float *A, float *T, int rows, int cols) {
  float *dA, *dT;
  const size_t bytes = sizeof(float) * rows * cols;
  (void)hipMalloc(&dA, bytes);
  (void)hipMalloc(&dT, bytes);
  (void)hipMemcpy(dA, A, bytes, hipMemcpyHostToDevice);
  softmax<<<(rows + WAVES - 1) / WAVES, WAVE * WAVES>>>(dA, dT, rows, cols);
  (void)hipMemcpy(T, dT, bytes, hipMemcpyDeviceToHost);
  (void)hipFree(dA);
  (void)hipFree(dT);
}

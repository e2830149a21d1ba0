#include <hip/hip_runtime.h>

// Mean of every row: a wave a row, four waves a block.
constexpr int WAVE = 64;
constexpr int WAVES = 4;

__global__ __launch_bounds__(WAVE *WAVES) void mean_rows(const float *__restrict__ a, float *__restrict__ t, int rows, int cols) {
  const int row = blockIdx.x * WAVES + threadIdx.x / WAVE;
  const int lane = threadIdx.x % WAVE;
  if (row >= rows) return;
  float acc = 0.f;
  for (int c = lane; c < cols; c += WAVE) acc += a[(size_t)row * cols + c];
#pragma unroll
  for (int mask = WAVE / 2; mask > 0; mask >>= 1) acc += __shfl_xor(acc, mask, WAVE);
  if (lane == 0) t[row] = acc * (1.0f / cols);
}

extern "C" void row_mean_kernel(const float *A, float *T, int rows, int cols) {
  float *dA, *dT;
  hipMalloc((void **)&dA, rows * cols * sizeof(float));
  hipMalloc((void **)&dT, rows * sizeof(float));
  hipMemcpy(dA, A, rows * cols * sizeof(float), hipMemcpyHostToDevice);
  mean_rows<<<(rows + WAVES - 1) / WAVES, WAVE * WAVES>>>(dA, dT, rows, cols);
  hipMemcpy(T, dT, rows * sizeof(float), hipMemcpyDeviceToHost);
  hipFree(dA);
  hipFree(dT);
}

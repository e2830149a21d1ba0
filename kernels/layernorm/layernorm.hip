// Layer normalisation, one block a row: sums by 64-lane shuffles, then one partial a wave in shared memory.
#include <hip/hip_runtime.h>

#define BLOCK 256
#define WAVE 64

__device__ float wave_sum(float v) {
#pragma unroll
  for (int d = WAVE / 2; d > 0; d >>= 1) v += __shfl_down(v, d);
  return v;
}

__device__ float block_sum(float v) {
  __shared__ float partial[BLOCK / WAVE];
  __shared__ float result;
  v = wave_sum(v);
  if (threadIdx.x % WAVE == 0) partial[threadIdx.x / WAVE] = v;
  __syncthreads();
  if (threadIdx.x == 0) {
    float sum = 0.0f;
    for (int w = 0; w < BLOCK / WAVE; ++w) sum += partial[w];
    result = sum;
  }
  __syncthreads();
  return result;
}

__global__ void layernorm(const float *X, const float *G, const float *B, float *Y, int rows, int cols) {
  const float *x = X + blockIdx.x * cols;
  float *y = Y + blockIdx.x * cols;
  float sum = 0.0f;
  for (int c = threadIdx.x; c < cols; c += BLOCK) sum += x[c];
  const float mean = block_sum(sum) / cols;
  float squares = 0.0f;
  for (int c = threadIdx.x; c < cols; c += BLOCK) squares += (x[c] - mean) * (x[c] - mean);
  const float scale = rsqrtf(block_sum(squares) / cols + 1e-5f);
  for (int c = threadIdx.x; c < cols; c += BLOCK) y[c] = (x[c] - mean) * scale * G[c] + B[c];
}

extern "C" void layernorm_kernel(const float *X, const float *G, const float *B, float *Y, int rows, int cols) {
  float *dX, *dG, *dB, *dY;
  const size_t matrix = sizeof(float) * rows * cols, vector = sizeof(float) * cols;
  (void)hipMalloc(&dX, matrix);
  (void)hipMalloc(&dG, vector);
  (void)hipMalloc(&dB, vector);
  (void)hipMalloc(&dY, matrix);
  (void)hipMemcpy(dX, X, matrix, hipMemcpyHostToDevice);
  (void)hipMemcpy(dG, G, vector, hipMemcpyHostToDevice);
  (void)hipMemcpy(dB, B, vector, hipMemcpyHostToDevice);
  layernorm<<<rows, BLOCK>>>(dX, dG, dB, dY, rows, cols);
  (void)hipMemcpy(Y, dY, matrix, hipMemcpyDeviceToHost);
  (void)hipFree(dX);
  (void)hipFree(dG);
  (void)hipFree(dB);
  (void)hipFree(dY);
}

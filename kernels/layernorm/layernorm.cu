// Layer normalisation over the columns of a rows x cols matrix: one block a row, tree reductions in shared memory.
#include <cuda_runtime.h>

#define THREADS 256

__device__ float block_sum(float value, float *shared) {
  shared[threadIdx.x] = value;
  __syncthreads();
  for (int s = THREADS / 2; s > 0; s >>= 1) {
    if (threadIdx.x < s)
      shared[threadIdx.x] += shared[threadIdx.x + s];
    __syncthreads();
  }
  float total = shared[0];
  __syncthreads();
  return total;
}

__global__ void layernorm(const float *X, const float *G, const float *B, float *Y, int rows, int cols) {
  __shared__ float shared[THREADS];
  int r = blockIdx.x;
  if (r >= rows)
    return;
  float sum = 0.0f;
  for (int c = threadIdx.x; c < cols; c += blockDim.x)
    sum += X[r * cols + c];
  float mean = block_sum(sum, shared) / cols;

  float squares = 0.0f;
  for (int c = threadIdx.x; c < cols; c += blockDim.x) {
    float d = X[r * cols + c] - mean;
    squares += d * d;
  }
  float inverse = rsqrtf(block_sum(squares, shared) / cols + 1e-5f);

  for (int c = threadIdx.x; c < cols; c += blockDim.x)
    Y[r * cols + c] = (X[r * cols + c] - mean) * inverse * G[c] + B[c];
}

extern "C" void layernorm_kernel(const float *X, const float *G, const float *B, float *Y, int rows, int cols) {
  float *dX, *dG, *dB, *dY;
  cudaMalloc(&dX, rows * cols * sizeof(float));
  cudaMalloc(&dG, cols * sizeof(float));
  cudaMalloc(&dB, cols * sizeof(float));
  cudaMalloc(&dY, rows * cols * sizeof(float));
  cudaMemcpy(dX, X, rows * cols * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(dG, G, cols * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(dB, B, cols * sizeof(float), cudaMemcpyHostToDevice);
  layernorm<<<dim3(rows), dim3(THREADS)>>>(dX, dG, dB, dY, rows, cols);
  cudaMemcpy(Y, dY, rows * cols * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dX);
  cudaFree(dG);
  cudaFree(dB);
  cudaFree(dY);
}

// A layer: Y = relu(X W^T + b), X batch x in, W out x in: 16 x 16 tiles in shared memory.
#include <cuda_runtime.h>

#define TILE 16

__global__ void dense_relu(const float *X, const float *W, const float *bias, float *Y, int batch, int in_features, int out_features) {
  __shared__ float xs[TILE][TILE];
  __shared__ float ws[TILE][TILE + 1];
  int tx = threadIdx.x, ty = threadIdx.y;
  int row = blockIdx.y * TILE + ty;
  int col = blockIdx.x * TILE + tx;
  float acc = 0.0f;
  int tiles = (in_features + TILE - 1) / TILE;
  for (int t = 0; t < tiles; ++t) {
    int k = t * TILE + tx;
    int wr = blockIdx.x * TILE + ty;
    xs[ty][tx] = (row < batch && k < in_features) ? X[row * in_features + k] : 0.0f;
    ws[ty][tx] = (wr < out_features && k < in_features) ? W[wr * in_features + k] : 0.0f;
    __syncthreads();
#pragma unroll
    for (int i = 0; i < TILE; ++i) acc += xs[ty][i] * ws[tx][i];
    __syncthreads();
  }
  if (row < batch && col < out_features) {
    acc += bias[col];
    Y[row * out_features + col] = acc > 0.0f ? acc : 0.0f;
  }
}

extern "C" void dense_kernel(const float *X, const float *W, const float *B, float *Y, int batch, int inputs, int outputs) {
  float *dX, *dW, *dB, *dY;
  cudaMalloc((void **)&dX, batch * inputs * sizeof(float));
  cudaMalloc((void **)&dW, outputs * inputs * sizeof(float));
  cudaMalloc((void **)&dB, outputs * sizeof(float));
  cudaMalloc((void **)&dY, batch * outputs * sizeof(float));
  cudaMemcpy(dX, X, batch * inputs * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(dW, W, outputs * inputs * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(dB, B, outputs * sizeof(float), cudaMemcpyHostToDevice);
  dim3 threads(TILE, TILE);
  dim3 blocks((outputs + TILE - 1) / TILE, (batch + TILE - 1) / TILE);
  dense_relu<<<blocks, threads>>>(dX, dW, dB, dY, batch, inputs, outputs);
  cudaMemcpy(Y, dY, batch * outputs * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dX);
  cudaFree(dW);
  cudaFree(dB);
  cudaFree(dY);
}

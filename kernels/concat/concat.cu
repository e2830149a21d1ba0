// Two matrices side by side: a thread an output element.
#include <cuda_runtime.h>

__global__ void concat(const float *A, const float *B, float *T, int rows, int left, int right) {
  const int cols = left + right;
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= rows * cols) return;
  const int r = i / cols;
  const int c = i % cols;
  if (c < left) {
    T[i] = A[r * left + c];
  } else {
    T[i] = B[r * right + (c - left)];
  }
}

extern "C" void concat_kernel(const float *A, const float *B, float *T, int rows, int left, int right) {
  float *dA, *dB, *dT;
  cudaMalloc(&dA, rows * left * sizeof(float));
  cudaMalloc(&dB, rows * right * sizeof(float));
  cudaMalloc(&dT, rows * (left + right) * sizeof(float));
  cudaMemcpy(dA, A, rows * left * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(dB, B, rows * right * sizeof(float), cudaMemcpyHostToDevice);
  const int total = rows * (left + right);
  concat<<<(total + 255) / 256, 256>>>(dA, dB, dT, rows, left, right);
  cudaMemcpy(T, dT, rows * (left + right) * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dB);
  cudaFree(dT);
}

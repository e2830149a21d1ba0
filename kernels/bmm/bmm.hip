#include <hip/hip_runtime.h>

// Batched product: a thread an element of C.
__global__ void batched_matmul(const float *__restrict__ A, const float *__restrict__ B, float *__restrict__ C, int M, int N, int K) {
  const int col = blockIdx.x * blockDim.x + threadIdx.x;
  const int row = blockIdx.y * blockDim.y + threadIdx.y;
  const int b = blockIdx.z;
  if (row < M && col < N) {
    float sum = 0.0f;
    for (int k = 0; k < K; ++k) sum = fmaf(A[(b * M + row) * K + k], B[(b * K + k) * N + col], sum);
    C[(b * M + row) * N + col] = sum;
  }
}

extern "C" void bmm_kernel(const float *A, const float *B, float *C, int batch, int M, int N, int K) {
  float *dA, *dB, *dC;
  hipMalloc((void **)&dA, batch * M * K * sizeof(float));
  hipMalloc((void **)&dB, batch * K * N * sizeof(float));
  hipMalloc((void **)&dC, batch * M * N * sizeof(float));
  hipMemcpy(dA, A, batch * M * K * sizeof(float), hipMemcpyHostToDevice);
  hipMemcpy(dB, B, batch * K * N * sizeof(float), hipMemcpyHostToDevice);
  const dim3 threads(32, 8);
  const dim3 blocks((N + 31) / 32, (M + 7) / 8, batch);
  batched_matmul<<<blocks, threads>>>(dA, dB, dC, M, N, K);
  hipMemcpy(C, dC, batch * M * N * sizeof(float), hipMemcpyDeviceToHost);
  hipFree(dA);
  hipFree(dB);
  hipFree(dC);
}

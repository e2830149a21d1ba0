// C = A B, int8 in, int32 out, exact: one output a thread, a row of A staged in shared memory.
#include <hip/hip_runtime.h>

#include <cstdint>

constexpr int THREADS = 64;
constexpr int CHUNK = 256;

__global__ void gemm_int8(const int8_t *A, const int8_t *B, int *C, int M, int N, int K) {
  __shared__ int8_t a[CHUNK];
  const int r = blockIdx.y;
  const int c = blockIdx.x * THREADS + threadIdx.x;
  int sum = 0;
  for (int k0 = 0; k0 < K; k0 += CHUNK) {
    const int length = min(CHUNK, K - k0);
    for (int k = threadIdx.x; k < length; k += THREADS) a[k] = A[r * K + k0 + k];
    __syncthreads();
    if (c < N)
      for (int k = 0; k < length; ++k) sum += a[k] * B[(k0 + k) * N + c];
    __syncthreads();
  }
  if (c < N) C[r * N + c] = sum;
}

extern "C" void gemm_int8_kernel(const int8_t *A, const int8_t *B, int *C, int M, int N, int K) {
  int8_t *dA, *dB;
  int *dC;
  (void)hipMalloc(&dA, M * K);
  (void)hipMalloc(&dB, K * N);
  (void)hipMalloc(&dC, M * N * sizeof(int));
  (void)hipMemcpy(dA, A, M * K, hipMemcpyHostToDevice);
  (void)hipMemcpy(dB, B, K * N, hipMemcpyHostToDevice);
  gemm_int8<<<dim3((N + THREADS - 1) / THREADS, M), THREADS>>>(dA, dB, dC, M, N, K);
  (void)hipMemcpy(C, dC, M * N * sizeof(int), hipMemcpyDeviceToHost);
  (void)hipFree(dA);
  (void)hipFree(dB);
  (void)hipFree(dC);
}

// C = A B, half in, float out, on matrix cores: one 64-lane wave a 16 x 16 tile of C, 16 of K an instruction.
#include <hip/hip_fp16.h>
#include <hip/hip_runtime.h>

using half4 = _Float16 __attribute__((ext_vector_type(4)));
using float4v = float __attribute__((ext_vector_type(4)));

__global__ void gemm_half(const _Float16 *A, const _Float16 *B, float *C, int M, int N, int K) {
  const int lane = threadIdx.x;
  const int row = blockIdx.y * 16;
  const int col = blockIdx.x * 16;
  float4v acc = {0.0f, 0.0f, 0.0f, 0.0f};
  for (int k = 0; k < K; k += 16) {
    half4 a, b;
    for (int i = 0; i < 4; ++i) {
      a[i] = A[(row + lane % 16) * K + k + 4 * (lane / 16) + i];
      b[i] = B[(k + 4 * (lane / 16) + i) * N + col + lane % 16];
    }
    acc = __builtin_amdgcn_mfma_f32_16x16x16f16(a, b, acc, 0, 0, 0);
  }
  for (int i = 0; i < 4; ++i) C[(row + 4 * (lane / 16) + i) * N + col + lane % 16] = acc[i];
}

extern "C" void gemm_half_kernel(const _Float16 *A, const _Float16 *B, float *C, int M, int N, int K) {
  _Float16 *dA, *dB;
  float *dC;
  (void)hipMalloc(&dA, M * K * sizeof(_Float16));
  (void)hipMalloc(&dB, K * N * sizeof(_Float16));
  (void)hipMalloc(&dC, M * N * sizeof(float));
  (void)hipMemcpy(dA, A, M * K * sizeof(_Float16), hipMemcpyHostToDevice);
  (void)hipMemcpy(dB, B, K * N * sizeof(_Float16), hipMemcpyHostToDevice);
  gemm_half<<<dim3(N / 16, M / 16), 64>>>(dA, dB, dC, M, N, K);
  (void)hipMemcpy(C, dC, M * N * sizeof(float), hipMemcpyDeviceToHost);
  (void)hipFree(dA);
  (void)hipFree(dB);
  (void)hipFree(dC);
}

// Half product on matrix cores: one wave a block, 32 x 32 results in sixteen registers a lane.
#include <hip/hip_fp16.h>
#include <hip/hip_runtime.h>

typedef _Float16 half4 __attribute__((ext_vector_type(4)));
using float16 = __attribute__((__vector_size__(16 * sizeof(float)))) float;

__global__ void gemm_32x32x8(const _Float16 *A, const _Float16 *B, float *C, int M, int N, int K) {
  const int lane = threadIdx.x & 63, column = lane & 31, group = lane >> 5;
  const int m0 = blockIdx.y * 32, n0 = blockIdx.x * 32;
  float16 acc = {0};
  for (int k0 = 0; k0 < K; k0 += 8) {
    half4 a, b;
    for (int i = 0; i < 4; ++i) {
      a[i] = A[(m0 + column) * K + k0 + 4 * group + i];
      b[i] = B[(k0 + 4 * group + i) * N + n0 + column];
    }
    acc = __builtin_amdgcn_mfma_f32_32x32x8f16(a, b, acc, 0, 0, 0);
  }
#pragma unroll
  for (int r = 0; r < 16; ++r) C[(m0 + (r & 3) + 8 * (r >> 2) + 4 * group) * N + n0 + column] = acc[r];
}

extern "C" int run_mfma(const void *a, const void *b, float *c, int M, int N, int K) {
  _Float16 *da, *db;
  float *dc;
  hipMalloc(&da, M * K * 2), hipMalloc(&db, K * N * 2), hipMalloc(&dc, M * N * 4);
  hipMemcpy(da, a, M * K * 2, hipMemcpyHostToDevice);
  hipMemcpy(db, b, K * N * 2, hipMemcpyHostToDevice);
  gemm_32x32x8<<<dim3(N / 32, M / 32), 64>>>(da, db, dc, M, N, K);
  hipMemcpy(c, dc, M * N * 4, hipMemcpyDeviceToHost);
  hipFree(da), hipFree(db), hipFree(dc);
  return hipGetLastError();
}

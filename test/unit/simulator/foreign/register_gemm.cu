// Product of float matrices: tiles in shared memory, two at a time, 8 x 8 results in registers, float4 everywhere.
#include <cuda_runtime.h>

#define OFFSET(row, col, ld) ((row) * (ld) + (col))
#define FETCH_FLOAT4(pointer) (reinterpret_cast<float4 *>(&(pointer))[0])
#define FETCH_CONST4(pointer) (*reinterpret_cast<const float4 *>(&(pointer)))

template <const int BM, const int BN, const int BK, const int TM, const int TN>
__global__ void sgemm(const float *__restrict__ A, const float *__restrict__ B, float *__restrict__ C, const int M, const int N, const int K) {
  const int bx = blockIdx.x, by = blockIdx.y, tid = threadIdx.y * blockDim.x + threadIdx.x;
  __shared__ float s_a[2][BK][BM];
  __shared__ float s_b[2][BK][BN];
  float r_load_a[4], r_load_b[4], r_comp_a[TM], r_comp_b[TN], r_c[TM][TN] = {0.0f};
  const int load_a_m = tid >> 1, load_a_k = (tid & 1) << 2, load_b_k = tid >> 5, load_b_n = (tid & 31) << 2;
  auto load = [&](int k0) {
    FETCH_FLOAT4(r_load_a[0]) = FETCH_CONST4(A[OFFSET(by * BM + load_a_m, k0 + load_a_k, K)]);
    FETCH_FLOAT4(r_load_b[0]) = FETCH_CONST4(B[OFFSET(k0 + load_b_k, bx * BN + load_b_n, N)]);
  };
  auto put = [&](int half) {
#pragma unroll
    for (int i = 0; i < 4; i++) s_a[half][load_a_k + i][load_a_m] = r_load_a[i];
    FETCH_FLOAT4(s_b[half][load_b_k][load_b_n]) = FETCH_FLOAT4(r_load_b[0]);
  };
  auto compute = [&](int half) {
#pragma unroll
    for (int k = 0; k < BK; k++) {
      for (int i = 0; i < TM; i += 4) FETCH_FLOAT4(r_comp_a[i]) = FETCH_FLOAT4(s_a[half][k][threadIdx.y * TM + i]);
      for (int i = 0; i < TN; i += 4) FETCH_FLOAT4(r_comp_b[i]) = FETCH_FLOAT4(s_b[half][k][threadIdx.x * TN + i]);
      for (int m = 0; m < TM; m++)
        for (int n = 0; n < TN; n++) r_c[m][n] += r_comp_a[m] * r_comp_b[n];
    }
  };
  load(0);
  put(0);
  __syncthreads();
  for (int bk = 1; bk < (K + BK - 1) / BK; bk++) {
    load(bk * BK);
    compute((bk - 1) & 1);
    put(bk & 1);
    __syncthreads();
  }
  compute((K / BK - 1) & 1);
  for (int i = 0; i < TM; i++)
    for (int j = 0; j < TN; j += 4)
      FETCH_FLOAT4(C[OFFSET(by * BM + threadIdx.y * TM + i, bx * BN + threadIdx.x * TN + j, N)]) = FETCH_FLOAT4(r_c[i][j]);
}

#define CUDA_OK(expression) \
  do { \
    if (cudaError_t error_ = (expression); error_ != cudaSuccess) return static_cast<int>(error_); \
  } while (false)

extern "C" int run_sgemm(const float *a, const float *b, float *c, int M, int N, int K) {
  constexpr int BM = 128, BN = 128, BK = 8, TM = 8, TN = 8;
  float *buffer;
  const size_t sizes[3] = {sizeof(float) * M * K, sizeof(float) * K * N, sizeof(float) * M * N};
  CUDA_OK(cudaMalloc((void **)&buffer, sizes[0] + sizes[1] + sizes[2]));
  float *d_a = buffer, *d_b = d_a + M * K, *d_c = d_b + K * N;
  CUDA_OK(cudaMemcpy(d_a, a, sizes[0], cudaMemcpyHostToDevice));
  CUDA_OK(cudaMemcpy(d_b, b, sizes[1], cudaMemcpyHostToDevice));
  dim3 blockDim(BN / TN, BM / TM);
  dim3 gridDim((N + BN - 1) / BN, (M + BM - 1) / BM);
  sgemm<BM, BN, BK, TM, TN><<<gridDim, blockDim>>>(d_a, d_b, d_c, M, N, K);
  CUDA_OK(cudaGetLastError());
  CUDA_OK(cudaMemcpy(c, d_c, sizes[2], cudaMemcpyDeviceToHost));
  return cudaFree(buffer);
}

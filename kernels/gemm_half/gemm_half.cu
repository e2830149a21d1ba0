// C = A B, half in, float out, on tensor cores: one warp a 16 x 16 tile of C. M, N and K are multiples of 16.
#include <cuda_fp16.h>
#include <cuda_runtime.h>
#include <mma.h>

using namespace nvcuda;

__global__ void gemm_half(const half *A, const half *B, float *C, int M, int N, int K) {
  int row = blockIdx.y * 16;
  int col = blockIdx.x * 16;
  wmma::fragment<wmma::matrix_a, 16, 16, 16, half, wmma::row_major> a;
  wmma::fragment<wmma::matrix_b, 16, 16, 16, half, wmma::row_major> b;
  wmma::fragment<wmma::accumulator, 16, 16, 16, float> acc;
  wmma::fill_fragment(acc, 0.0f);
  for (int k = 0; k < K; k += 16) {
    wmma::load_matrix_sync(a, A + row * K + k, K);
    wmma::load_matrix_sync(b, B + k * N + col, N);
    wmma::mma_sync(acc, a, b, acc);
  }
  wmma::store_matrix_sync(C + row * N + col, acc, N, wmma::mem_row_major);
}

extern "C" void gemm_half_kernel(const half *A, const half *B, float *C, int M, int N, int K) {
  half *dA, *dB;
  float *dC;
  cudaMalloc(&dA, M * K * sizeof(half));
  cudaMalloc(&dB, K * N * sizeof(half));
  cudaMalloc(&dC, M * N * sizeof(float));
  cudaMemcpy(dA, A, M * K * sizeof(half), cudaMemcpyHostToDevice);
  cudaMemcpy(dB, B, K * N * sizeof(half), cudaMemcpyHostToDevice);
  gemm_half<<<dim3(N / 16, M / 16), 32>>>(dA, dB, dC, M, N, K);
  cudaMemcpy(C, dC, M * N * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dB);
  cudaFree(dC);
}

// gemm: translated from gemm_half.cu

#include <cuda_fp16.h>
#include <cuda_runtime.h>
#include <mma.h>

using namespace nvcuda;

extern "C" __global__ void gemm(const half *A, const half *B, float *C, int K) {
  wmma::fragment<wmma::accumulator, 16, 16, 16, float> accumulator;
  wmma::fill_fragment(accumulator, 0.0f);
  for (int i = 0; i < K; i += 16) {
    wmma::fragment<wmma::matrix_a, 16, 16, 16, half, wmma::row_major> a_fragment;
    wmma::load_matrix_sync(a_fragment, A + i, K);
    wmma::fragment<wmma::matrix_b, 16, 16, 16, half, wmma::col_major> b_fragment;
    wmma::load_matrix_sync(b_fragment, B + i, K);
    wmma::mma_sync(accumulator, a_fragment, b_fragment, accumulator);
  }
  accumulator.x[0] = accumulator.x[0] * 2.0f;
  wmma::store_matrix_sync(C, accumulator, 16, wmma::mem_row_major);
}

// nvcuda::wmma: shapes, layouts and types. Whole-number operands make every product and sum exact.
#include "run_case.h"
#include <mma.h>
#include <cuda_bf16.h>

using namespace nvcuda;

template <int M, int N, int K, class T, class C, class LayoutA, class LayoutB>
__device__ void product(const T *a, const T *b, C *c) {
  wmma::fragment<wmma::matrix_a, M, N, K, T, LayoutA> fa;
  wmma::fragment<wmma::matrix_b, M, N, K, T, LayoutB> fb;
  wmma::fragment<wmma::accumulator, M, N, K, C> fc;
  wmma::fill_fragment(fc, (C)2);
  wmma::load_matrix_sync(fa, a, std::is_same<LayoutA, wmma::row_major>::value ? K : M);
  wmma::load_matrix_sync(fb, b, std::is_same<LayoutB, wmma::row_major>::value ? N : K);
  wmma::mma_sync(fc, fa, fb, fc);
  for (int i = 0; i < fc.num_elements; ++i) fc.x[i] = fc.x[i] + fc.x[i];
  wmma::store_matrix_sync(c, fc, N, wmma::mem_row_major);
}

using Row = wmma::row_major;
using Column = wmma::col_major;

__global__ void square_half(const half *in, float *out, int n) { product<16, 16, 16, half, float, Row, Row>(in, in + 256, out); }
// case wmma_16x16x16_half: float16*512 whole -> float32*256, equal
extern "C" void case_wmma_16x16x16_half(const void *in, void *out, int n) { run_case(square_half, in, out, n, {1, 32, n, 256}); }

__global__ void column_half(const half *in, float *out, int n) { product<16, 16, 16, half, float, Column, Column>(in, in + 256, out); }
// case wmma_columns: float16*512 whole -> float32*256, equal
extern "C" void case_wmma_columns(const void *in, void *out, int n) { run_case(column_half, in, out, n, {1, 32, n, 256}); }

__global__ void tall_half(const half *in, float *out, int n) { product<32, 8, 16, half, float, Row, Column>(in, in + 512, out); }
// case wmma_32x8x16_half: float16*640 whole -> float32*256, equal
extern "C" void case_wmma_32x8x16_half(const void *in, void *out, int n) { run_case(tall_half, in, out, n, {1, 32, n, 256}); }

__global__ void wide_half(const half *in, half *out, int n) { product<8, 32, 16, half, half, Column, Row>(in, in + 128, out); }
// case wmma_8x32x16_half_sum: float16*640 whole -> float16*256, equal
extern "C" void case_wmma_8x32x16_half_sum(const void *in, void *out, int n) { run_case(wide_half, in, out, n, {1, 32, n, 256}); }

__global__ void square_bytes(const signed char *in, int *out, int n) { product<16, 16, 16, signed char, int, Row, Column>(in, in + 256, out); }
// case wmma_int8: int8*512 any -> int32*256, equal
extern "C" void case_wmma_int8(const void *in, void *out, int n) { run_case(square_bytes, in, out, n, {1, 32, n, 256}); }

__global__ void square_unsigned(const unsigned char *in, int *out, int n) { product<16, 16, 16, unsigned char, int, Column, Row>(in, in + 256, out); }
// case wmma_uint8: uint8*512 any -> int32*256, equal
extern "C" void case_wmma_uint8(const void *in, void *out, int n) { run_case(square_unsigned, in, out, n, {1, 32, n, 256}); }

__global__ void square_bfloat16(const float *in, float *out, int n) {
  __shared__ __align__(32) __nv_bfloat16 a[256], b[256];
  for (int i = threadIdx.x; i < 256; i += 32) a[i] = __float2bfloat16(in[i]), b[i] = __float2bfloat16(in[256 + i]);
  __syncwarp();
  product<16, 16, 16, __nv_bfloat16, float, Row, Row>(a, b, out);
}
// case wmma_bfloat16: float32*512 whole -> float32*256, equal
extern "C" void case_wmma_bfloat16(const void *in, void *out, int n) { run_case(square_bfloat16, in, out, n, {1, 32, n, 256}); }

__global__ void square_tf32(const float *in, float *out, int n) {
  wmma::fragment<wmma::matrix_a, 16, 16, 8, wmma::precision::tf32, Row> fa;
  wmma::fragment<wmma::matrix_b, 16, 16, 8, wmma::precision::tf32, Column> fb;
  wmma::fragment<wmma::accumulator, 16, 16, 8, float> fc;
  wmma::fill_fragment(fc, 0.0f);
  wmma::load_matrix_sync(fa, in, 8);
  wmma::load_matrix_sync(fb, in + 128, 8);
  for (int i = 0; i < fa.num_elements; ++i) fa.x[i] = wmma::__float_to_tf32(fa.x[i]);
  for (int i = 0; i < fb.num_elements; ++i) fb.x[i] = wmma::__float_to_tf32(fb.x[i]);
  wmma::mma_sync(fc, fa, fb, fc);
  wmma::store_matrix_sync(out, fc, 16, wmma::mem_col_major);
}
// case wmma_tf32: float32*256 whole -> float32*256, equal
extern "C" void case_wmma_tf32(const void *in, void *out, int n) { run_case(square_tf32, in, out, n, {1, 32, n, 256}); }

// case wmma_rounded: float16*512 fractions -> float32*256, near 1e-5
extern "C" void case_wmma_rounded(const void *in, void *out, int n) { run_case(square_half, in, out, n, {1, 32, n, 256}); }

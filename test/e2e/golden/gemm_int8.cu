// gemm_int8, gemm_int8_phase2: translated from gemm_int8.mlu

// source: C = A B, int8 in, int32 out, exact. __bang_matmul gives float, which holds every integer up to 2^24: with at
// most 1024 products of at most 2^14 a piece of K stays exact, and the pieces are added as integers.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cuda_runtime.h>
#include <mma.h>

using namespace nvcuda;

// Ends the program with a message when a runtime call fails.
#define CHECK(call)                                                                   \
  do {                                                                                \
    cudaError_t status = (call);                                                      \
    if (status != cudaSuccess) {                                                      \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(status)); \
      exit(1);                                                                        \
    }                                                                                 \
  } while (0)

extern "C" __global__ void gemm_int8(const int8_t *A, const int8_t *B, int *C, int M, int N, int K) {
  bool whole = M % 128 == 0 && N % 128 == 0 && K % 64 == 0;
  int col = blockIdx.x * 128;
  for (int64_t row = blockIdx.y * 128; row < (whole ? M : 0); row += gridDim.y * 128) {
    __shared__ alignas(32) int8_t left[4][130][16];
    __shared__ alignas(32) int8_t right[8][66][16];
    alignas(16) int8_t next_left[4][16];
    alignas(16) int8_t next_right[4][16];
    wmma::fragment<wmma::accumulator, 16, 16, 16, int> acc[4][4];
    for (int i = 0; i < 4; ++i)
      for (int j = 0; j < 4; ++j) wmma::fill_fragment(acc[i][j], 0);
    if (K > 0) {
      for (int s = 0; s < 4; ++s) {
        uint4 value = *(const uint4 *)(A + (row + (threadIdx.x / 4 + s * 32)) * K + threadIdx.x % 4 * 16);
        *(uint4 *)next_left[s] = value;
      }
      for (int s = 0; s < 4; ++s) {
        uint4 value = *(const uint4 *)(B + (int64_t)(threadIdx.x / 8 + s * 16) * N + col + threadIdx.x % 8 * 16);
        *(uint4 *)next_right[s] = value;
      }
    }
    for (int k0 = 0; k0 < K; k0 += 64) {
      for (int s = 0; s < 4; ++s) {
        uint4 value = *(const uint4 *)next_left[s];
        int c = threadIdx.x % 4 * 16;
        *(uint4 *)(left[0][0] + c / 16 * 2080 + (threadIdx.x / 4 + s * 32) * 16 + c % 16) = value;
      }
      for (int s = 0; s < 4; ++s) {
        uint4 value = *(const uint4 *)next_right[s];
        int c = threadIdx.x % 8 * 16;
        *(uint4 *)(right[0][0] + c / 16 * 1056 + (threadIdx.x / 8 + s * 16) * 16 + c % 16) = value;
      }
      if ((int64_t)k0 + 64 < K) {
        for (int s = 0; s < 4; ++s) {
          uint4 value = *(const uint4 *)(A + (row + (threadIdx.x / 4 + s * 32)) * K + k0 + 64 + threadIdx.x % 4 * 16);
          *(uint4 *)next_left[s] = value;
        }
        for (int s = 0; s < 4; ++s) {
          uint4 value =
              *(const uint4 *)(B + ((int64_t)k0 + 64 + (threadIdx.x / 8 + s * 16)) * N + col + threadIdx.x % 8 * 16);
          *(uint4 *)next_right[s] = value;
        }
      }
      __syncthreads();
      for (int p = 0; p < 4; ++p) {
        int warp = threadIdx.x / 32;
        wmma::fragment<wmma::matrix_a, 16, 16, 16, signed char, wmma::row_major> a[4];
        for (int i = 0; i < 4; ++i)
          wmma::load_matrix_sync(a[i], left[0][0] + p * 2080 + (warp / 2 * 64 + i * 16) * 16, 16);
        for (int j = 0; j < 4; ++j) {
          wmma::fragment<wmma::matrix_b, 16, 16, 16, signed char, wmma::row_major> b;
          wmma::load_matrix_sync(b, right[0][0] + (warp % 2 * 64 / 16 + j) * 1056 + p * 16 * 16, 16);
          for (int i = 0; i < 4; ++i) wmma::mma_sync(acc[i][j], a[i], b, acc[i][j]);
        }
      }
      __syncthreads();
    }
    __syncthreads();
    for (int i = 0; i < 4; ++i) {
      for (int j = 0; j < 4; ++j) {
        int warp = threadIdx.x / 32;
        wmma::store_matrix_sync(C + (row + warp / 2 * 64 + i * 16) * N + col + warp % 2 * 64 + j * 16, acc[i][j], N,
                                wmma::mem_row_major);
      }
    }
    __syncthreads();
  }
}

extern "C" __global__ void gemm_int8_phase2(const int8_t *A, const int8_t *B, int *C, int M, int N, int K) {
  bool whole = M % 128 == 0 && N % 128 == 0 && K % 64 == 0;
  int col = blockIdx.x * 64;
  for (int64_t row = blockIdx.y * 64; row < (whole ? 0 : M); row += gridDim.y * 64) {
    __shared__ int8_t left[64][16];
    __shared__ int8_t right[16][64];
    int acc[4][4];
    for (int i = 0; i < 4; ++i)
      for (int j = 0; j < 4; ++j) acc[i][j] = 0;
    for (int k0 = 0; k0 < K; k0 += 16) {
      for (int i = threadIdx.x; i < 1024; i += 256) {
        int c = i % 16;
        int r = i / 16;
        int8_t value;
        if (row + r < (whole ? 0 : M) && (int64_t)k0 + c < K)
          value = A[(row + r) * K + ((int64_t)k0 + c)];
        else
          value = 0;
        left[r][c] = value;
      }
      for (int i = threadIdx.x; i < 1024; i += 256) {
        int c = i % 64;
        int r = i / 64;
        int8_t value;
        if ((int64_t)k0 + r < K && (int64_t)col + c < N)
          value = B[((int64_t)k0 + r) * N + ((int64_t)col + c)];
        else
          value = 0;
        right[r][c] = value;
      }
      __syncthreads();
      for (int k = 0; k < 16; ++k) {
        for (int i = 0; i < 4; ++i)
          for (int j = 0; j < 4; ++j)
            acc[i][j] = (unsigned)acc[i][j] + left[threadIdx.x / 16 + i * 16][k] * right[k][threadIdx.x % 16 + j * 16];
      }
      __syncthreads();
    }
    for (int i = 0; i < 4; ++i) {
      for (int j = 0; j < 4; ++j) {
        int64_t y = row + (threadIdx.x / 16 + i * 16);
        int x = col + (threadIdx.x % 16 + j * 16);
        if (y < (whole ? 0 : M) && x < N) C[y * N + x] = acc[i][j];
      }
    }
    __syncthreads();
  }
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void gemm_int8_kernel(const int8_t *A, const int8_t *B, int *C, int M, int N, int K) {
  int8_t *dA;
  CHECK(cudaMalloc((void **)&dA, M * K * sizeof(int8_t)));
  int8_t *dB;
  CHECK(cudaMalloc((void **)&dB, K * N * sizeof(int8_t)));
  int *dC;
  CHECK(cudaMalloc((void **)&dC, M * N * sizeof(int)));
  CHECK(cudaMemcpy(dA, A, M * K * sizeof(int8_t), cudaMemcpyHostToDevice));
  CHECK(cudaMemcpy(dB, B, K * N * sizeof(int8_t), cudaMemcpyHostToDevice));
  int across = ((int64_t)N + 127) / 128;
  bool whole = M % 128 == 0 && N % 128 == 0 && K % 64 == 0;
  int down = ((int64_t)(whole ? M : 0) + 127) / 128;
  if (across > 0 && down > 0) {
    gemm_int8<<<dim3(across, min(down, 65535)), 128>>>(dA, dB, dC, M, N, K);
    CHECK(cudaGetLastError());
  }
  int gemm_int8_phase2_across = ((int64_t)N + 63) / 64;
  int gemm_int8_phase2_down = ((int64_t)(whole ? 0 : M) + 63) / 64;
  if (gemm_int8_phase2_across > 0 && gemm_int8_phase2_down > 0) {
    gemm_int8_phase2<<<dim3(gemm_int8_phase2_across, min(gemm_int8_phase2_down, 65535)), 256>>>(dA, dB, dC, M, N, K);
    CHECK(cudaGetLastError());
  }
  CHECK(cudaMemcpy(C, dC, M * N * sizeof(int), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(dA));
  CHECK(cudaFree(dB));
  CHECK(cudaFree(dC));
}

// Device pointers.
extern "C" void gemm_int8_launch(cudaStream_t stream, const int8_t *A, const int8_t *B, int *C, int M, int N, int K) {
  int across = ((int64_t)N + 127) / 128;
  bool whole = M % 128 == 0 && N % 128 == 0 && K % 64 == 0;
  int down = ((int64_t)(whole ? M : 0) + 127) / 128;
  if (across > 0 && down > 0) {
    gemm_int8<<<dim3(across, min(down, 65535)), 128, 0, stream>>>(A, B, C, M, N, K);
    CHECK(cudaGetLastError());
  }
  int gemm_int8_phase2_across = ((int64_t)N + 63) / 64;
  int gemm_int8_phase2_down = ((int64_t)(whole ? 0 : M) + 63) / 64;
  if (gemm_int8_phase2_across > 0 && gemm_int8_phase2_down > 0) {
    gemm_int8_phase2<<<dim3(gemm_int8_phase2_across, min(gemm_int8_phase2_down, 65535)), 256, 0, stream>>>(A, B, C, M,
                                                                                                           N, K);
    CHECK(cudaGetLastError());
  }
}

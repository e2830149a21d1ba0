// gemm_int8: translated from gemm_int8.cu

// source: C = A B, int8 in, int32 out, exact: 16 x 16 tiles in shared memory.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <hip/hip_runtime.h>

// Ends the program with a message when a runtime call fails.
#define CHECK(call)                                                                  \
  do {                                                                               \
    hipError_t status = (call);                                                      \
    if (status != hipSuccess) {                                                      \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, hipGetErrorString(status)); \
      exit(1);                                                                       \
    }                                                                                \
  } while (0)

extern "C" __global__ void gemm_int8(const int8_t *A, const int8_t *B, int *C, int M, int N, int K) {
  int col = blockIdx.x * 64;
  for (int64_t row = blockIdx.y * 64; row < M; row += gridDim.y * 64) {
    __shared__ int8_t left[64][16];
    __shared__ int8_t right[16][64];
    int acc[4][4];
    for (int i = 0; i < 4; ++i)
      for (int j = 0; j < 4; ++j) acc[i][j] = 0;
    for (int k0 = 0; k0 < K; k0 += 16) {
      for (int i = threadIdx.x; i < 1024; i += 256) {
        int c = i % 16;
        int r = i / 16;
        int8_t value = row + r < M && (int64_t)k0 + c < K ? A[(row + r) * K + ((int64_t)k0 + c)] : 0;
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
        if (y < M && x < N) C[y * N + x] = acc[i][j];
      }
    }
    __syncthreads();
  }
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void gemm_int8_kernel(const int8_t *A, const int8_t *B, int *C, int M, int N, int K) {
  int8_t *dA;
  CHECK(hipMalloc((void **)&dA, M * K * sizeof(int8_t)));
  int8_t *dB;
  CHECK(hipMalloc((void **)&dB, K * N * sizeof(int8_t)));
  int *dC;
  CHECK(hipMalloc((void **)&dC, M * N * sizeof(int)));
  CHECK(hipMemcpy(dA, A, M * K * sizeof(int8_t), hipMemcpyHostToDevice));
  CHECK(hipMemcpy(dB, B, K * N * sizeof(int8_t), hipMemcpyHostToDevice));
  int across = ((int64_t)N + 63) / 64;
  int down = ((int64_t)M + 63) / 64;
  if (across > 0 && down > 0) {
    gemm_int8<<<dim3(across, min(down, 65535)), 256>>>(dA, dB, dC, M, N, K);
    CHECK(hipGetLastError());
  }
  CHECK(hipMemcpy(C, dC, M * N * sizeof(int), hipMemcpyDeviceToHost));
  CHECK(hipFree(dA));
  CHECK(hipFree(dB));
  CHECK(hipFree(dC));
}

// Device pointers.
extern "C" void gemm_int8_launch(hipStream_t stream, const int8_t *A, const int8_t *B, int *C, int M, int N, int K) {
  int across = ((int64_t)N + 63) / 64;
  int down = ((int64_t)M + 63) / 64;
  if (across > 0 && down > 0) {
    gemm_int8<<<dim3(across, min(down, 65535)), 256, 0, stream>>>(A, B, C, M, N, K);
    CHECK(hipGetLastError());
  }
}

// gemm, gemm_phase2: translated from gemm.mlu

// source: C = A B in float, row-major, any sizes. A task owns 64 x 64 tiles of C; edges are filled with zeros on chip.
// The right operand of __bang_matmul is [N][K] in WRAM, so a tile of B is transposed in NRAM on its way there.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cuda_pipeline.h>
#include <cuda_runtime.h>

// Ends the program with a message when a runtime call fails.
#define CHECK(call)                                                                   \
  do {                                                                                \
    cudaError_t status = (call);                                                      \
    if (status != cudaSuccess) {                                                      \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(status)); \
      exit(1);                                                                        \
    }                                                                                 \
  } while (0)

extern "C" __global__ void gemm(const float *A, const float *B, float *C, int M, int N, int K) {
  bool whole = M % 64 == 0 && N % 64 == 0 && K % 32 == 0;
  int col = blockIdx.x * 64;
  for (int64_t row = blockIdx.y * 64; row < (whole ? M : 0); row += gridDim.y * 64) {
    __shared__ alignas(16) float left[2][64][36];
    __shared__ alignas(16) float right[2][32][64];
    float acc[2][4][1][4];
    for (int g = 0; g < 2; ++g) {
      for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 4; ++j) acc[g][i][0][j] = 0.0f;
    }
    if (K > 0) {
      for (int s = 0; s < 4; ++s) {
        __pipeline_memcpy_async(&left[0][threadIdx.z + threadIdx.y * 8 + s * 16][threadIdx.x * 4],
                                A + (row + (threadIdx.z + threadIdx.y * 8 + s * 16)) * K + threadIdx.x * 4, 16);
      }
      for (int s = 0; s < 4; ++s) {
        __pipeline_memcpy_async(&right[0][threadIdx.z + s * 8][threadIdx.y * 32 + threadIdx.x * 4],
                                B + (int64_t)(threadIdx.z + s * 8) * N + col + threadIdx.y * 32 + threadIdx.x * 4, 16);
      }
    }
    __pipeline_commit();
    for (int k0 = 0; k0 < K; k0 += 32) {
      __pipeline_wait_prior(0);
      __syncthreads();
      int next_stage = ((int64_t)k0 + 32) / 32 % 2;
      if ((int64_t)k0 + 32 < K) {
        for (int s = 0; s < 4; ++s) {
          int64_t offset = (row + (threadIdx.z + threadIdx.y * 8 + s * 16)) * K + ((int64_t)k0 + 32 + threadIdx.x * 4);
          __pipeline_memcpy_async(&left[next_stage][threadIdx.z + threadIdx.y * 8 + s * 16][threadIdx.x * 4],
                                  A + offset, 16);
        }
        for (int s = 0; s < 4; ++s) {
          int64_t offset =
              ((int64_t)k0 + 32 + (threadIdx.z + s * 8)) * N + (col + (threadIdx.y * 32 + threadIdx.x * 4));
          __pipeline_memcpy_async(&right[next_stage][threadIdx.z + s * 8][threadIdx.y * 32 + threadIdx.x * 4],
                                  B + offset, 16);
        }
      }
      __pipeline_commit();
      int stage = k0 / 32 % 2;
#pragma unroll 8
      for (int k = 0; k < 32; ++k) {
        for (int g = 0; g < 2; ++g) {
          for (int i = 0; i < 4; ++i) {
            for (int j = 0; j < 4; ++j) {
              float product = left[stage][g * 32 + threadIdx.z * 4 + i][k] *
                              right[stage][k][threadIdx.y * 32 + threadIdx.x * 4 + j];
              acc[g][i][0][j] += product;
            }
          }
        }
      }
    }
    __pipeline_wait_prior(0);
    __syncthreads();
    for (int g = 0; g < 2; ++g) {
      for (int i = 0; i < 4; ++i) {
        for (int j = 0; j < 4; ++j) {
          C[(row + (g * 32 + threadIdx.z * 4 + i)) * N + (col + (threadIdx.y * 32 + threadIdx.x * 4 + j))] =
              acc[g][i][0][j];
        }
      }
    }
    __syncthreads();
  }
}

extern "C" __global__ void gemm_phase2(const float *A, const float *B, float *C, int M, int N, int K) {
  bool whole = M % 64 == 0 && N % 64 == 0 && K % 32 == 0;
  int col = blockIdx.x * 64;
  for (int64_t row = blockIdx.y * 64; row < (whole ? 0 : M); row += gridDim.y * 64) {
    __shared__ float left[64][16];
    __shared__ float right[16][64];
    float acc[4][4];
    for (int i = 0; i < 4; ++i)
      for (int j = 0; j < 4; ++j) acc[i][j] = 0.0f;
    for (int k0 = 0; k0 < K; k0 += 16) {
      for (int i = threadIdx.x; i < 1024; i += 256) {
        int c = i % 16;
        int r = i / 16;
        float value;
        if (row + r < (whole ? 0 : M) && (int64_t)k0 + c < K)
          value = A[(row + r) * K + ((int64_t)k0 + c)];
        else
          value = 0.0f;
        left[r][c] = value;
      }
      for (int i = threadIdx.x; i < 1024; i += 256) {
        int c = i % 64;
        int r = i / 64;
        float value;
        if ((int64_t)k0 + r < K && (int64_t)col + c < N)
          value = B[((int64_t)k0 + r) * N + ((int64_t)col + c)];
        else
          value = 0.0f;
        right[r][c] = value;
      }
      __syncthreads();
      for (int k = 0; k < 16; ++k) {
        for (int i = 0; i < 4; ++i)
          for (int j = 0; j < 4; ++j)
            acc[i][j] += left[threadIdx.x / 16 + i * 16][k] * right[k][threadIdx.x % 16 + j * 16];
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
extern "C" void gemm_kernel(const float *A, const float *B, float *C, int M, int N, int K) {
  float *dA;
  CHECK(cudaMalloc((void **)&dA, (int64_t)M * K * sizeof(float)));
  float *dB;
  CHECK(cudaMalloc((void **)&dB, (int64_t)K * N * sizeof(float)));
  float *dC;
  CHECK(cudaMalloc((void **)&dC, (int64_t)M * N * sizeof(float)));
  CHECK(cudaMemcpy(dA, A, (int64_t)M * K * sizeof(float), cudaMemcpyHostToDevice));
  CHECK(cudaMemcpy(dB, B, (int64_t)K * N * sizeof(float), cudaMemcpyHostToDevice));
  int across = ((int64_t)N + 63) / 64;
  bool whole = M % 64 == 0 && N % 64 == 0 && K % 32 == 0;
  int down = ((int64_t)(whole ? M : 0) + 63) / 64;
  bool inside = across > 0;
  if (inside && down > 0) {
    gemm<<<dim3(across, min(down, 65535)), dim3(8, 2, 8)>>>(dA, dB, dC, M, N, K);
    CHECK(cudaGetLastError());
  }
  int gemm_phase2_down = ((int64_t)(whole ? 0 : M) + 63) / 64;
  if (inside && gemm_phase2_down > 0) {
    gemm_phase2<<<dim3(across, min(gemm_phase2_down, 65535)), 256>>>(dA, dB, dC, M, N, K);
    CHECK(cudaGetLastError());
  }
  CHECK(cudaMemcpy(C, dC, (int64_t)M * N * sizeof(float), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(dA));
  CHECK(cudaFree(dB));
  CHECK(cudaFree(dC));
}

// Device pointers.
extern "C" void gemm_launch(cudaStream_t stream, const float *A, const float *B, float *C, int M, int N, int K) {
  int across = ((int64_t)N + 63) / 64;
  bool whole = M % 64 == 0 && N % 64 == 0 && K % 32 == 0;
  int down = ((int64_t)(whole ? M : 0) + 63) / 64;
  bool inside = across > 0;
  if (inside && down > 0) {
    gemm<<<dim3(across, min(down, 65535)), dim3(8, 2, 8), 0, stream>>>(A, B, C, M, N, K);
    CHECK(cudaGetLastError());
  }
  int gemm_phase2_down = ((int64_t)(whole ? 0 : M) + 63) / 64;
  if (inside && gemm_phase2_down > 0) {
    gemm_phase2<<<dim3(across, min(gemm_phase2_down, 65535)), 256, 0, stream>>>(A, B, C, M, N, K);
    CHECK(cudaGetLastError());
  }
}

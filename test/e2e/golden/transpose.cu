// transpose: translated from transpose.mlu

// source: Transpose of a rows x cols matrix in tiles of 64 x 64: strided copy in, __bang_transpose, strided copy out.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
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

extern "C" __global__ void transpose(const float *A, float *T, int rows, int cols) {
  int row = blockIdx.x * 64;
  int across = blockIdx.z * 65535 + blockIdx.y;
  if (across < ((int64_t)cols + 31) / 32) {
    __shared__ float tile[64][33];
    for (int s = 0; s < 8; ++s) {
      int y = row + (threadIdx.y + s * 8);
      if (y < rows && (int)(across * 32 + threadIdx.x) < cols)
        tile[threadIdx.y + s * 8][threadIdx.x] = A[(int64_t)y * cols + (across * 32 + threadIdx.x)];
    }
    __syncthreads();
    for (int s = 0; s < 4; ++s) {
      for (int h = 0; h < 2; ++h) {
        int y = across * 32 + (threadIdx.y + s * 8);
        int x = row + (threadIdx.x + h * 32);
        if (y < cols && x < rows) T[(int64_t)y * rows + x] = tile[threadIdx.x + h * 32][threadIdx.y + s * 8];
      }
    }
  }
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void transpose_kernel(const float *A, float *T, int rows, int cols) {
  float *dA;
  CHECK(cudaMalloc((void **)&dA, rows * cols * sizeof(float)));
  float *dT;
  CHECK(cudaMalloc((void **)&dT, rows * cols * sizeof(float)));
  CHECK(cudaMemcpy(dA, A, rows * cols * sizeof(float), cudaMemcpyHostToDevice));
  int across = ((int64_t)rows + 63) / 64;
  int tiles = ((int64_t)cols + 31) / 32;
  int down = min(tiles, 65535);
  int deep = (tiles + 65534) / 65535;
  if (across > 0 && down > 0 && deep > 0) {
    transpose<<<dim3(across, down, deep), dim3(32, 8)>>>(dA, dT, rows, cols);
    CHECK(cudaGetLastError());
  }
  CHECK(cudaMemcpy(T, dT, rows * cols * sizeof(float), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(dA));
  CHECK(cudaFree(dT));
}

// Device pointers.
extern "C" void transpose_launch(cudaStream_t stream, const float *A, float *T, int rows, int cols) {
  int across = ((int64_t)rows + 63) / 64;
  int tiles = ((int64_t)cols + 31) / 32;
  int down = min(tiles, 65535);
  int deep = (tiles + 65534) / 65535;
  if (across > 0 && down > 0 && deep > 0) {
    transpose<<<dim3(across, down, deep), dim3(32, 8), 0, stream>>>(A, T, rows, cols);
    CHECK(cudaGetLastError());
  }
}

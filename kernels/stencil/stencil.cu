// One step of heat flow on a grid: u + alpha times the five-point Laplacian; the border stays. Tiles with a halo in shared memory.
#include <cuda_runtime.h>

#define TILE 16

__global__ void heat_step(const float *__restrict__ u, float *__restrict__ v, int height, int width, float alpha) {
  __shared__ float tile[TILE + 2][TILE + 2];
  const int x = blockIdx.x * TILE + threadIdx.x;
  const int y = blockIdx.y * TILE + threadIdx.y;
  const int tx = threadIdx.x + 1;
  const int ty = threadIdx.y + 1;
  const bool inside = x < width && y < height;
  if (inside) {
    tile[ty][tx] = u[y * width + x];
    if (threadIdx.x == 0 && x > 0) tile[ty][0] = u[y * width + x - 1];
    if (threadIdx.x == TILE - 1 && x + 1 < width) tile[ty][TILE + 1] = u[y * width + x + 1];
    if (threadIdx.y == 0 && y > 0) tile[0][tx] = u[(y - 1) * width + x];
    if (threadIdx.y == TILE - 1 && y + 1 < height) tile[TILE + 1][tx] = u[(y + 1) * width + x];
  }
  __syncthreads();
  if (!inside) return;
  const float centre = tile[ty][tx];
  if (x == 0 || y == 0 || x == width - 1 || y == height - 1) {
    v[y * width + x] = centre;
  } else {
    const float sum = tile[ty][tx - 1] + tile[ty][tx + 1] + tile[ty - 1][tx] + tile[ty + 1][tx];
    v[y * width + x] = centre + alpha * (sum - 4.0f * centre);
  }
}

extern "C" void stencil_kernel(const float *U, float *V, int height, int width, float alpha) {
  float *u, *v;
  const size_t bytes = sizeof(float) * height * width;
  cudaMalloc(&u, bytes);
  cudaMalloc(&v, bytes);
  cudaMemcpy(u, U, bytes, cudaMemcpyHostToDevice);
  const dim3 block(TILE, TILE);
  const dim3 grid((width + TILE - 1) / TILE, (height + TILE - 1) / TILE);
  heat_step<<<grid, block>>>(u, v, height, width, alpha);
  cudaMemcpy(V, v, bytes, cudaMemcpyDeviceToHost);
  cudaFree(u);
  cudaFree(v);
}

#include <cuda_runtime.h>
#include <stdio.h>
#define BDIM 16
__global__ void heat(const float *__restrict__ u, float *__restrict__ un, int nx, int ny, float alpha) {
  __shared__ float tile[BDIM + 2][BDIM + 2];
  int x = blockIdx.x * BDIM + threadIdx.x;
  int y = blockIdx.y * BDIM + threadIdx.y;
  int lx = threadIdx.x + 1, ly = threadIdx.y + 1;
  if (x < nx && y < ny) {
    tile[ly][lx] = u[y * nx + x];
    if (threadIdx.x == 0 && x > 0) tile[ly][0] = u[y * nx + x - 1];
    if (threadIdx.x == BDIM - 1 && x < nx - 1) tile[ly][BDIM + 1] = u[y * nx + x + 1];
    if (threadIdx.y == 0 && y > 0) tile[0][lx] = u[(y - 1) * nx + x];
    if (threadIdx.y == BDIM - 1 && y < ny - 1) tile[BDIM + 1][lx] = u[(y + 1) * nx + x];
  }
  __syncthreads();
  if (x > 0 && x < nx - 1 && y > 0 && y < ny - 1) {
    float c = tile[ly][lx];
    un[y * nx + x] = c + alpha * (tile[ly][lx - 1] + tile[ly][lx + 1] + tile[ly - 1][lx] + tile[ly + 1][lx] - 4.0f * c);
  }
}
int main() {
  int nx = 200, ny = 100;
  size_t bytes = nx * ny * sizeof(float);
  float *h = (float *)malloc(bytes);
  for (int i = 0; i < nx * ny; i++) h[i] = (i % 97) * 0.1f;
  float *u, *un;
  cudaMalloc(&u, bytes);
  cudaMalloc(&un, bytes);
  cudaMemcpy(u, h, bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(un, h, bytes, cudaMemcpyHostToDevice);
  dim3 block(BDIM, BDIM);
  dim3 grid((nx + block.x - 1) / block.x, (ny + block.y - 1) / block.y);
  for (int step = 0; step < 100; step++) {
    heat<<<grid, block>>>(u, un, nx, ny, 0.1f);
    float *t = u; u = un; un = t;
  }
  cudaMemcpy(h, u, bytes, cudaMemcpyDeviceToHost);
  printf("%f\n", h[nx * 50 + 50]);
  return 0;
}

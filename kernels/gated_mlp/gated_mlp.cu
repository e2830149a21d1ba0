// Gated MLP: H = silu(X G) * (X U), Y = H D. Both products of the first half in one kernel of 16 x 16 tiles.
#include <cuda_runtime.h>

#define TILE 16

__global__ void gate_and_up(const float *__restrict__ x, const float *__restrict__ g, const float *__restrict__ u, float *__restrict__ h,
                            int tokens, int dim, int hidden) {
  __shared__ float xs[TILE][TILE];
  __shared__ float gs[TILE][TILE];
  __shared__ float us[TILE][TILE];
  const int row = blockIdx.y * TILE + threadIdx.y;
  const int col = blockIdx.x * TILE + threadIdx.x;
  float gate = 0.0f;
  float up = 0.0f;
  for (int k0 = 0; k0 < dim; k0 += TILE) {
    const int kx = k0 + threadIdx.x;
    const int ky = k0 + threadIdx.y;
    xs[threadIdx.y][threadIdx.x] = row < tokens && kx < dim ? x[row * dim + kx] : 0.0f;
    gs[threadIdx.y][threadIdx.x] = ky < dim && col < hidden ? g[ky * hidden + col] : 0.0f;
    us[threadIdx.y][threadIdx.x] = ky < dim && col < hidden ? u[ky * hidden + col] : 0.0f;
    __syncthreads();
    for (int k = 0; k < TILE; ++k) {
      gate += xs[threadIdx.y][k] * gs[k][threadIdx.x];
      up += xs[threadIdx.y][k] * us[k][threadIdx.x];
    }
    __syncthreads();
  }
  if (row < tokens && col < hidden) h[row * hidden + col] = gate / (1.0f + expf(-gate)) * up;
}

__global__ void down(const float *__restrict__ h, const float *__restrict__ d, float *__restrict__ y, int tokens, int hidden, int dim) {
  __shared__ float hs[TILE][TILE];
  __shared__ float ds[TILE][TILE];
  const int row = blockIdx.y * TILE + threadIdx.y;
  const int col = blockIdx.x * TILE + threadIdx.x;
  float sum = 0.0f;
  for (int k0 = 0; k0 < hidden; k0 += TILE) {
    const int kx = k0 + threadIdx.x;
    const int ky = k0 + threadIdx.y;
    hs[threadIdx.y][threadIdx.x] = row < tokens && kx < hidden ? h[row * hidden + kx] : 0.0f;
    ds[threadIdx.y][threadIdx.x] = ky < hidden && col < dim ? d[ky * dim + col] : 0.0f;
    __syncthreads();
    for (int k = 0; k < TILE; ++k) sum += hs[threadIdx.y][k] * ds[k][threadIdx.x];
    __syncthreads();
  }
  if (row < tokens && col < dim) y[row * dim + col] = sum;
}

extern "C" void gated_mlp_kernel(const float *X, const float *G, const float *U, const float *D, float *Y, int tokens, int dim,
                                 int hidden) {
  float *x, *g, *u, *d, *h, *y;
  const size_t weights = sizeof(float) * dim * hidden;
  cudaMalloc(&x, sizeof(float) * tokens * dim);
  cudaMalloc(&g, weights);
  cudaMalloc(&u, weights);
  cudaMalloc(&d, weights);
  cudaMalloc(&h, sizeof(float) * tokens * hidden);
  cudaMalloc(&y, sizeof(float) * tokens * dim);
  cudaMemcpy(x, X, sizeof(float) * tokens * dim, cudaMemcpyHostToDevice);
  cudaMemcpy(g, G, weights, cudaMemcpyHostToDevice);
  cudaMemcpy(u, U, weights, cudaMemcpyHostToDevice);
  cudaMemcpy(d, D, weights, cudaMemcpyHostToDevice);
  const dim3 block(TILE, TILE);
  const int rows = (tokens + TILE - 1) / TILE;
  gate_and_up<<<dim3((hidden + TILE - 1) / TILE, rows), block>>>(x, g, u, h, tokens, dim, hidden);
  down<<<dim3((dim + TILE - 1) / TILE, rows), block>>>(h, d, y, tokens, hidden, dim);
  cudaMemcpy(Y, y, sizeof(float) * tokens * dim, cudaMemcpyDeviceToHost);
  cudaFree(x);
  cudaFree(g);
  cudaFree(u);
  cudaFree(d);
  cudaFree(h);
  cudaFree(y);
}

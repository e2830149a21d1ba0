#include <hip/hip_runtime.h>

// Gated MLP: H = silu(X G) * (X U), Y = H D: a thread an element, rows of X read by all of a block.
__device__ __forceinline__ float silu(float x) { return x / (1.0f + __expf(-x)); }

__global__ void swiglu(const float *x, const float *gate, const float *up, float *h, int tokens, int dim, int hidden) {
  const int col = blockIdx.x * blockDim.x + threadIdx.x;
  const int row = blockIdx.y;
  if (col >= hidden) return;
  float a = 0.f, b = 0.f;
  for (int k = 0; k < dim; ++k) {
    const float v = x[row * dim + k];
    a = fmaf(v, gate[k * hidden + col], a);
    b = fmaf(v, up[k * hidden + col], b);
  }
  h[row * hidden + col] = silu(a) * b;
}

__global__ void project(const float *h, const float *down, float *y, int tokens, int hidden, int dim) {
  const int col = blockIdx.x * blockDim.x + threadIdx.x;
  const int row = blockIdx.y;
  if (col >= dim) return;
  float sum = 0.f;
  for (int k = 0; k < hidden; ++k) sum = fmaf(h[row * hidden + k], down[k * dim + col], sum);
  y[row * dim + col] = sum;
}

extern "C" void gated_mlp_kernel(const float *X, const float *G, const float *U, const float *D, float *Y, int tokens, int dim,
                                 int hidden) {
  float *x, *g, *u, *d, *h, *y;
  hipMalloc(&x, sizeof(float) * tokens * dim);
  hipMalloc(&g, sizeof(float) * dim * hidden);
  hipMalloc(&u, sizeof(float) * dim * hidden);
  hipMalloc(&d, sizeof(float) * hidden * dim);
  hipMalloc(&h, sizeof(float) * tokens * hidden);
  hipMalloc(&y, sizeof(float) * tokens * dim);
  hipMemcpy(x, X, sizeof(float) * tokens * dim, hipMemcpyHostToDevice);
  hipMemcpy(g, G, sizeof(float) * dim * hidden, hipMemcpyHostToDevice);
  hipMemcpy(u, U, sizeof(float) * dim * hidden, hipMemcpyHostToDevice);
  hipMemcpy(d, D, sizeof(float) * hidden * dim, hipMemcpyHostToDevice);
  swiglu<<<dim3((hidden + 127) / 128, tokens), 128>>>(x, g, u, h, tokens, dim, hidden);
  project<<<dim3((dim + 127) / 128, tokens), 128>>>(h, d, y, tokens, hidden, dim);
  hipMemcpy(Y, y, sizeof(float) * tokens * dim, hipMemcpyDeviceToHost);
  hipFree(x);
  hipFree(g);
  hipFree(u);
  hipFree(d);
  hipFree(h);
  hipFree(y);
}

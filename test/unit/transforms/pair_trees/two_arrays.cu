// The first least of a row and where it stands: a tree over two shared arrays, both results kept.
#include <cuda_runtime.h>
#include <float.h>

__global__ void least(const float *x, float *low, int *at, int cols) {
  __shared__ float v[64];
  __shared__ int p[64];
  int t = threadIdx.x;
  float best = FLT_MAX;
  int where = -1;
  for (int c = t; c < cols; c += 64) {
    float y = x[blockIdx.x * cols + c];
    if (y < best) {
      best = y;
      where = c;
    }
  }
  v[t] = best;
  p[t] = where;
  __syncthreads();
  for (int s = 32; s > 0; s /= 2) {
    if (t < s && (v[t + s] < v[t] || (v[t + s] == v[t] && p[t + s] < p[t]))) {
      v[t] = v[t + s];
      p[t] = p[t + s];
    }
    __syncthreads();
  }
  if (t == 0) {
    low[blockIdx.x] = v[0];
    at[blockIdx.x] = p[0];
  }
}

extern "C" void least_run(const float *x, float *low, int *at, int rows, int cols) { least<<<rows, 64>>>(x, low, at, cols); }

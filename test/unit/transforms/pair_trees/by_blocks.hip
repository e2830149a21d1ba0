// The last greatest of a whole array by blocks: each block leaves a pair, one thread looks through them.
#include <hip/hip_runtime.h>
#include <float.h>

__global__ void last_of_blocks(const float *x, float *values, int *places, int n) {
  __shared__ float v[128];
  __shared__ int p[128];
  int t = threadIdx.x, i = blockIdx.x * 128 + t;
  v[t] = i < n ? x[i] : -FLT_MAX;
  p[t] = i < n ? i : -1;
  __syncthreads();
  for (int s = 64; s; s >>= 1) {
    if (t < s) {
      bool other = v[t + s] > v[t] || (v[t + s] == v[t] && p[t + s] > p[t]);
      float nv = other ? v[t + s] : v[t];
      int np = other ? p[t + s] : p[t];
      v[t] = nv;
      p[t] = np;
    }
    __syncthreads();
  }
  if (t == 0) {
    values[blockIdx.x] = v[0];
    places[blockIdx.x] = p[0];
  }
}

extern "C" void last_of_blocks_run(const float *x, float *values, int *places, int n) {
  last_of_blocks<<<(n + 127) / 128, 128>>>(x, values, places, n);
}

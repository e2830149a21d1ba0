// The first greatest of a row of ints: pairs packed in an int2 in shared memory.
#include <cuda_runtime.h>
#include <limits.h>

__global__ void best_int(const int *x, int2 *out, int cols) {
  __shared__ int2 s[96];
  int2 own = make_int2(INT_MIN, 0);
  for (int c = threadIdx.x; c < cols; c += 96) {
    int v = x[blockIdx.x * cols + c];
    if (v > own.x) own = make_int2(v, c);
  }
  s[threadIdx.x] = own;
  __syncthreads();
  if (threadIdx.x == 0) {
    int2 best = s[0];
    for (int t = 1; t < 96; ++t) {
      int2 o = s[t];
      if (o.x > best.x || (o.x == best.x && o.y < best.y)) best = o;
    }
    out[blockIdx.x] = best;
  }
}

extern "C" void best_int_run(const int *x, int2 *out, int rows, int cols) { best_int<<<rows, 96>>>(x, out, cols); }

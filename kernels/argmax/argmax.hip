#include <hip/hip_runtime.h>
#include <float.h>

// The first index of the greatest value of every row: a tree in shared memory.
__global__ void argmax(const float *X, int *I, int cols) {
  __shared__ float best[128];
  __shared__ int at[128];
  const int t = threadIdx.x;
  const float *row = X + blockIdx.x * cols;
  float top = -FLT_MAX;
  int where = 0;
  for (int c = t; c < cols; c += 128) {
    if (row[c] > top) {
      top = row[c];
      where = c;
    }
  }
  best[t] = top;
  at[t] = where;
  __syncthreads();
  for (int step = 64; step > 0; step >>= 1) {
    if (t < step) {
      const float other = best[t + step];
      if (other > best[t] || (other == best[t] && at[t + step] < at[t])) {
        best[t] = other;
        at[t] = at[t + step];
      }
    }
    __syncthreads();
  }
  if (t == 0) I[blockIdx.x] = at[0];
}

extern "C" void argmax_kernel(const float *X, int *I, int rows, int cols) {
  float *x;
  int *index;
  hipMalloc(&x, sizeof(float) * rows * cols);
  hipMalloc(&index, sizeof(int) * rows);
  hipMemcpy(x, X, sizeof(float) * rows * cols, hipMemcpyHostToDevice);
  argmax<<<dim3(rows), dim3(128)>>>(x, index, cols);
  hipMemcpy(I, index, sizeof(int) * rows, hipMemcpyDeviceToHost);
  hipFree(x);
  hipFree(index);
}

// The first greatest of every column: eight rows of threads look at every eighth element.
#include <cuda_runtime.h>
#include <float.h>

__global__ void column_peak(const float *a, int *row_of, int rows, int cols) {
  __shared__ float top[8][32];
  __shared__ int at[8][32];
  int c = blockIdx.x * 32 + threadIdx.x;
  float best = -FLT_MAX;
  int where = 0;
  if (c < cols)
    for (int r = threadIdx.y; r < rows; r += 8)
      if (a[r * cols + c] > best) {
        best = a[r * cols + c];
        where = r;
      }
  top[threadIdx.y][threadIdx.x] = best;
  at[threadIdx.y][threadIdx.x] = where;
  __syncthreads();
  if (threadIdx.y == 0 && c < cols) {
    for (int k = 1; k < 8; ++k) {
      float other = top[k][threadIdx.x];
      int there = at[k][threadIdx.x];
      if (other > best || (other == best && there < where)) {
        best = other;
        where = there;
      }
    }
    row_of[c] = where;
  }
}

extern "C" void column_peak_run(const float *a, int *row_of, int rows, int cols) {
  column_peak<<<(cols + 31) / 32, dim3(32, 8)>>>(a, row_of, rows, cols);
}

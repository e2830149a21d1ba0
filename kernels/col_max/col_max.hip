#include <hip/hip_runtime.h>
#include <limits>

// Maximum of every column: a thread a column.
__global__ void reduce_max_cols(const float *__restrict__ src, float *__restrict__ dst, const int rows, const int cols) {
  const int col = threadIdx.x + blockIdx.x * blockDim.x;
  if (col >= cols) return;
  float m = std::numeric_limits<float>::lowest();
  const float *p = src + col;
  for (int r = 0; r < rows; ++r, p += cols) m = fmaxf(m, *p);
  dst[col] = m;
}

extern "C" void col_max_kernel(const float *A, float *T, int rows, int cols) {
  float *d_a, *d_t;
  (void)hipMalloc(&d_a, sizeof(float) * rows * cols);
  (void)hipMalloc(&d_t, sizeof(float) * cols);
  (void)hipMemcpy(d_a, A, sizeof(float) * rows * cols, hipMemcpyHostToDevice);
  reduce_max_cols<<<dim3((cols + 255) / 256), dim3(256)>>>(d_a, d_t, rows, cols);
  (void)hipMemcpy(T, d_t, sizeof(float) * cols, hipMemcpyDeviceToHost);
  (void)hipFree(d_a);
  (void)hipFree(d_t);
}

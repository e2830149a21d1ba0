// Two sums by one tree, their partial results in the rows of one array.
__global__ void moments(const float *A, float *T, int cols) {
  __shared__ float partial[2][4];
  float a = 0, b = 0;
  for (int c = threadIdx.x; c < cols; c += 128) {
    float x = A[(size_t)blockIdx.x * cols + c];
    a += x;
    b += x * x;
  }
  for (int m = 16; m >= 1; m >>= 1) {
    a += __shfl_xor_sync(0xffffffff, a, m);
    b += __shfl_xor_sync(0xffffffff, b, m);
  }
  if (threadIdx.x % 32 == 0) {
    partial[0][threadIdx.x / 32] = a;
    partial[1][threadIdx.x / 32] = b;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    a = b = 0;
    for (int w = 0; w < 4; ++w) {
      a += partial[0][w];
      b += partial[1][w];
    }
    T[blockIdx.x * 2] = a;
    T[blockIdx.x * 2 + 1] = b;
  }
}
extern "C" void moments_of(const float *A, float *T, int rows, int cols) { moments<<<rows, 128>>>(A, T, cols); }

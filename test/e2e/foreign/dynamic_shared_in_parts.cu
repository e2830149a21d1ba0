__global__ void kern(const float* x, float* y, int n, int m) {
  extern __shared__ float buf[];
  float *a = buf; int *b = (int*)&buf[n]; double *c = (double*)(b + n);
  for (int i = threadIdx.x; i < n; i += blockDim.x) { a[i] = x[blockIdx.x * n + i]; b[i] = (int)a[i]; c[i] = 0.5 * a[i]; }
  __syncthreads();
  for (int i = threadIdx.x; i < n; i += blockDim.x) y[blockIdx.x * n + i] = a[n - 1 - i] + b[n - 1 - i] + (float)c[i];
}
extern "C" void go(const float* x, float* y, int n, int m, cudaStream_t s) { kern<<<m, 128, n * (4 + 4 + 8), s>>>(x, y, n, m); }

__global__ void histogram(const unsigned char* d, unsigned int* h, int n) {
  __shared__ unsigned int loc[256];
  loc[threadIdx.x] = 0; __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += blockDim.x * gridDim.x) atomicAdd(&loc[d[i]], 1u);
  __syncthreads();
  atomicAdd(&h[threadIdx.x], loc[threadIdx.x]);
}
extern "C" void hist(cudaStream_t s, const unsigned char* d, unsigned int* h, int n) { histogram<<<64, 256, 0, s>>>(d, h, n); }

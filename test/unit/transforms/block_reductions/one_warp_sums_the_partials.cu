// Each warp sums its lanes, the first warp sums what the warps found.
__inline__ __device__ float warp_sum(float x) {
  for (int offset = warpSize / 2; offset > 0; offset /= 2) x += __shfl_down_sync(0xffffffff, x, offset);
  return x;
}
__inline__ __device__ float block_sum(float x) {
  static __shared__ float partial[32];
  int lane = threadIdx.x % warpSize, warp = threadIdx.x / warpSize;
  x = warp_sum(x);
  if (lane == 0) partial[warp] = x;
  __syncthreads();
  x = threadIdx.x < blockDim.x / warpSize ? partial[lane] : 0;
  if (warp == 0) x = warp_sum(x);
  return x;
}
__global__ void norms(const float *A, float *T, int cols) {
  float sum = 0;
  for (int c = threadIdx.x; c < cols; c += blockDim.x) sum += A[blockIdx.x * cols + c] * A[blockIdx.x * cols + c];
  sum = block_sum(sum);
  if (threadIdx.x == 0) T[blockIdx.x] = sqrtf(sum);
}
extern "C" void norms_of(cudaStream_t stream, const float *A, float *T, int rows, int cols) { norms<<<rows, 512, 0, stream>>>(A, T, cols); }

// Halving in shared memory down to a warp, which goes on by shuffles; each thread keeps its own sum in a register as well.
__global__ void sums(const float *A, float *T, int n) {
  extern __shared__ float shared[];
  int t = threadIdx.x, i = blockIdx.x * blockDim.x * 2 + threadIdx.x;
  float mine = i < n ? A[i] : 0;
  if (i + blockDim.x < n) mine += A[i + blockDim.x];
  shared[t] = mine;
  __syncthreads();
  for (unsigned s = blockDim.x / 2; s > 32; s >>= 1) {
    if (t < s) shared[t] = mine = mine + shared[t + s];
    __syncthreads();
  }
  if (t < 32) {
    mine += shared[t + 32];
    for (int offset = 16; offset > 0; offset /= 2) mine += __shfl_down_sync(0xffffffff, mine, offset);
  }
  if (t == 0) T[blockIdx.x] = mine;
}
extern "C" void block_sums(cudaStream_t stream, const float *A, float *T, int n) {
  sums<<<(n + 511) / 512, 256, 256 * sizeof(float), stream>>>(A, T, n);
}

// naive single-head attention, one block per query row
__global__ void attention(const float* Q, const float* K, const float* V, float* O, int n, int d, float scale) {
  extern __shared__ float sc[];
  int q = blockIdx.x;
  for (int j = threadIdx.x; j < n; j += blockDim.x) {
    float s = 0; for (int k = 0; k < d; ++k) s += Q[q*d+k]*K[j*d+k];
    sc[j] = s * scale;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    float m = sc[0]; for (int j = 1; j < n; ++j) m = fmaxf(m, sc[j]);
    float t = 0; for (int j = 0; j < n; ++j) { sc[j] = expf(sc[j]-m); t += sc[j]; }
    for (int j = 0; j < n; ++j) sc[j] /= t;
  }
  __syncthreads();
  for (int k = threadIdx.x; k < d; k += blockDim.x) {
    float o = 0; for (int j = 0; j < n; ++j) o += sc[j]*V[j*d+k];
    O[q*d+k] = o;
  }
}
extern "C" void attn(const float* Q, const float* K, const float* V, float* O, int n, int d, float scale, cudaStream_t s) {
  attention<<<n, 128, n*sizeof(float), s>>>(Q,K,V,O,n,d,scale);
}

#include <cuda_fp16.h>
__global__ void rope(half* q, const float* cos_t, const float* sin_t, int heads, int dim, int seq) {
  int pos = blockIdx.x, head = blockIdx.y;
  int half_dim = dim / 2;
  half* v = q + ((size_t)pos * heads + head) * dim;
  for (int i = threadIdx.x; i < half_dim; i += blockDim.x) {
    float c = cos_t[pos * half_dim + i], s = sin_t[pos * half_dim + i];
    float a = __half2float(v[i]), b = __half2float(v[i + half_dim]);
    v[i] = __float2half(a * c - b * s);
    v[i + half_dim] = __float2half(a * s + b * c);
  }
}
extern "C" void launch(half* q, const float* c, const float* s, int heads, int dim, int seq) {
  rope<<<dim3(seq, heads), 128>>>(q, c, s, heads, dim, seq);
}

// Rotary embedding of interleaved pairs, cosines and sines from a table by position: a thread a pair.
#include <cuda_runtime.h>

__global__ void rope_interleaved(const float2 *__restrict__ x, const float *__restrict__ cosines, const float *__restrict__ sines,
                                 float2 *__restrict__ y, int seq, int heads, int half) {
  const int idx = blockIdx.x * blockDim.x + threadIdx.x;
  if (idx >= seq * heads * half) return;
  const int i = idx % half;
  const int pos = idx / (half * heads);
  const float c = cosines[pos * half + i];
  const float s = sines[pos * half + i];
  const float2 v = x[idx];
  y[idx] = make_float2(v.x * c - v.y * s, v.x * s + v.y * c);
}

extern "C" void rope_kernel(const float *X, const float *C, const float *S, float *Y, int seq, int heads, int half) {
  const int pairs = seq * heads * half;
  float2 *x, *y;
  float *c, *s;
  cudaMalloc(&x, pairs * sizeof(float2));
  cudaMalloc(&y, pairs * sizeof(float2));
  cudaMalloc(&c, seq * half * sizeof(float));
  cudaMalloc(&s, seq * half * sizeof(float));
  cudaMemcpy(x, X, pairs * sizeof(float2), cudaMemcpyHostToDevice);
  cudaMemcpy(c, C, seq * half * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(s, S, seq * half * sizeof(float), cudaMemcpyHostToDevice);
  rope_interleaved<<<(pairs + 255) / 256, 256>>>(x, c, s, y, seq, heads, half);
  cudaMemcpy(Y, y, pairs * sizeof(float2), cudaMemcpyDeviceToHost);
  cudaFree(x);
  cudaFree(y);
  cudaFree(c);
  cudaFree(s);
}

#include <hip/hip_runtime.h>
#include <float.h>
// softmax over experts and top-2, one thread a token
__global__ void gate2(const float* __restrict__ logits, float* __restrict__ w, int* __restrict__ ids, int tokens, int experts) {
  int t = blockDim.x * blockIdx.x + threadIdx.x;
  if (t >= tokens) return;
  const float* l = logits + t * experts;
  float b0 = -FLT_MAX, b1 = -FLT_MAX;
  int i0 = -1, i1 = -1;
  for (int e = 0; e < experts; ++e) {
    float v = l[e];
    if (v > b0) {
      b1 = b0; i1 = i0;
      b0 = v; i0 = e;
    } else if (v > b1) {
      b1 = v; i1 = e;
    }
  }
  float e1 = expf(b1 - b0);
  float inv = 1.f / (1.f + e1);
  w[2 * t] = inv;
  w[2 * t + 1] = e1 * inv;
  ids[2 * t] = i0;
  ids[2 * t + 1] = i1;
}
extern "C" void gating(const float* l, float* w, int* ids, int tokens, int experts) { gate2<<<(tokens + 127) / 128, 128>>>(l, w, ids, tokens, experts); }

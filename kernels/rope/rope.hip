#include <hip/hip_runtime.h>

// Rotary embedding of interleaved pairs: a block a token, heads and pairs over its threads.
__global__ void rope(const float *x, const float *c, const float *s, float *y, int heads, int half) {
  const int token = blockIdx.x;
  for (int i = threadIdx.x; i < heads * half; i += blockDim.x) {
    const int pair = i % half;
    const float cosine = c[token * half + pair], sine = s[token * half + pair];
    const int at = 2 * (token * heads * half + i);
    const float a = x[at], b = x[at + 1];
    y[at] = a * cosine - b * sine;
    y[at + 1] = a * sine + b * cosine;
  }
}

extern "C" void rope_kernel(const float *X, const float *C, const float *S, float *Y, int seq, int heads, int half) {
  const size_t n = (size_t)seq * heads * half * 2;
  float *x, *y, *c, *s;
  hipMalloc(&x, n * sizeof(float));
  hipMalloc(&y, n * sizeof(float));
  hipMalloc(&c, sizeof(float) * seq * half);
  hipMalloc(&s, sizeof(float) * seq * half);
  hipMemcpy(x, X, n * sizeof(float), hipMemcpyHostToDevice);
  hipMemcpy(c, C, sizeof(float) * seq * half, hipMemcpyHostToDevice);
  hipMemcpy(s, S, sizeof(float) * seq * half, hipMemcpyHostToDevice);
  rope<<<seq, 128>>>(x, c, s, y, heads, half);
  hipMemcpy(Y, y, n * sizeof(float), hipMemcpyDeviceToHost);
  hipFree(x);
  hipFree(y);
  hipFree(c);
  hipFree(s);
}

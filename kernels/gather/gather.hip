#include <hip/hip_runtime.h>

// Rows of a table by index; an index outside of the table gives zeros. A thread an element.
__global__ void gather_rows(const float *A, const int *I, float *T, int vocab, int dim, int tokens) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= tokens * dim) return;
  const int id = I[i / dim];
  float v = 0.0f;
  if (id >= 0 && id < vocab) v = A[id * dim + i % dim];
  T[i] = v;
}

extern "C" void gather_kernel(const float *A, const int *I, float *T, int vocab, int dim, int tokens) {
  float *a, *t;
  int *index;
  hipMalloc(&a, sizeof(float) * vocab * dim);
  hipMalloc(&index, sizeof(int) * tokens);
  hipMalloc(&t, sizeof(float) * tokens * dim);
  hipMemcpy(a, A, sizeof(float) * vocab * dim, hipMemcpyHostToDevice);
  hipMemcpy(index, I, sizeof(int) * tokens, hipMemcpyHostToDevice);
  gather_rows<<<(tokens * dim + 255) / 256, 256>>>(a, index, t, vocab, dim, tokens);
  hipMemcpy(T, t, sizeof(float) * tokens * dim, hipMemcpyDeviceToHost);
  hipFree(a);
  hipFree(index);
  hipFree(t);
}

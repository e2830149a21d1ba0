// Rows of a table by index (embedding); an index outside of the table gives zeros.
#include <cuda_runtime.h>

__global__ void embedding(const float *table, const int *ids, float *out, int vocab, int dim) {
  const int id = ids[blockIdx.x];
  const bool valid = id >= 0 && id < vocab;
  for (int d = threadIdx.x; d < dim; d += blockDim.x) out[blockIdx.x * dim + d] = valid ? table[(size_t)id * dim + d] : 0.0f;
}

extern "C" void gather_kernel(const float *A, const int *I, float *T, int vocab, int dim, int tokens) {
  float *table, *out;
  int *ids;
  cudaMalloc(&table, sizeof(float) * vocab * dim);
  cudaMalloc(&ids, sizeof(int) * tokens);
  cudaMalloc(&out, sizeof(float) * tokens * dim);
  cudaMemcpy(table, A, sizeof(float) * vocab * dim, cudaMemcpyHostToDevice);
  cudaMemcpy(ids, I, sizeof(int) * tokens, cudaMemcpyHostToDevice);
  embedding<<<tokens, 128>>>(table, ids, out, vocab, dim);
  cudaMemcpy(T, out, sizeof(float) * tokens * dim, cudaMemcpyDeviceToHost);
  cudaFree(table);
  cudaFree(ids);
  cudaFree(out);
}

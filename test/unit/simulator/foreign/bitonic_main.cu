// A whole program, as samples are: sorts in shared memory, checks itself, prints a line.
#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <vector>
#include <cuda_runtime.h>

#define gpuErrchk(ans) { gpuAssert((ans), __FILE__, __LINE__); }
inline void gpuAssert(cudaError_t code, const char *file, int line, bool abort = true) {
  if (code != cudaSuccess) {
    fprintf(stderr, "GPUassert: %s %s %d\n", cudaGetErrorString(code), file, line);
    if (abort) exit(code);
  }
}

template <typename K, typename V>
__device__ inline void Comparator(K &keyA, V &valA, K &keyB, V &valB, unsigned dir) {
  if ((keyA > keyB) == dir) {
    K k = keyA; keyA = keyB; keyB = k;
    V v = valA; valA = valB; valB = v;
  }
}

template <int N>
__global__ void bitonicSortShared(unsigned *keys, unsigned *vals, unsigned dir) {
  __shared__ unsigned s_key[N];
  __shared__ unsigned s_val[N];
  keys += blockIdx.x * N + threadIdx.x;
  vals += blockIdx.x * N + threadIdx.x;
  for (int half = 0; half < 2; ++half) {
    s_key[threadIdx.x + half * (N / 2)] = keys[half * (N / 2)];
    s_val[threadIdx.x + half * (N / 2)] = vals[half * (N / 2)];
  }
  for (unsigned size = 2; size < N; size <<= 1) {
    unsigned ddd = dir ^ ((threadIdx.x & (size / 2)) != 0);
    for (unsigned stride = size / 2; stride > 0; stride >>= 1) {
      __syncthreads();
      unsigned pos = 2 * threadIdx.x - (threadIdx.x & (stride - 1));
      Comparator(s_key[pos + 0], s_val[pos + 0], s_key[pos + stride], s_val[pos + stride], ddd);
    }
  }
  for (unsigned stride = N / 2; stride > 0; stride >>= 1) {
    __syncthreads();
    unsigned pos = 2 * threadIdx.x - (threadIdx.x & (stride - 1));
    Comparator(s_key[pos + 0], s_val[pos + 0], s_key[pos + stride], s_val[pos + stride], dir);
  }
  __syncthreads();
  for (int half = 0; half < 2; ++half) {
    keys[half * (N / 2)] = s_key[threadIdx.x + half * (N / 2)];
    vals[half * (N / 2)] = s_val[threadIdx.x + half * (N / 2)];
  }
}

int main(int argc, char **argv) {
  const int N = 256, blocks = argc > 1 ? atoi(argv[1]) : 2;
  std::vector<unsigned> keys(N * blocks), values(N * blocks), sorted(N * blocks);
  srand(7);
  for (size_t i = 0; i < keys.size(); ++i) keys[i] = rand() % 1000, values[i] = i;
  unsigned *d_keys, *d_values;
  gpuErrchk(cudaMalloc(&d_keys, keys.size() * sizeof(unsigned)));
  gpuErrchk(cudaMalloc(&d_values, keys.size() * sizeof(unsigned)));
  gpuErrchk(cudaMemcpy(d_keys, keys.data(), keys.size() * sizeof(unsigned), cudaMemcpyHostToDevice));
  gpuErrchk(cudaMemcpy(d_values, values.data(), keys.size() * sizeof(unsigned), cudaMemcpyHostToDevice));
  cudaEvent_t start, stop;
  gpuErrchk(cudaEventCreate(&start));
  gpuErrchk(cudaEventCreate(&stop));
  gpuErrchk(cudaEventRecord(start));
  bitonicSortShared<N><<<blocks, N / 2>>>(d_keys, d_values, 1u);
  gpuErrchk(cudaPeekAtLastError());
  gpuErrchk(cudaEventRecord(stop));
  gpuErrchk(cudaEventSynchronize(stop));
  gpuErrchk(cudaMemcpy(sorted.data(), d_keys, keys.size() * sizeof(unsigned), cudaMemcpyDeviceToHost));
  for (int b = 0; b < blocks; ++b)
    for (int i = 1; i < N; ++i) assert(sorted[b * N + i - 1] <= sorted[b * N + i]);
  printf("sorted %d keys\n", N * blocks);
  gpuErrchk(cudaFree(d_keys));
  gpuErrchk(cudaFree(d_values));
  return 0;
}

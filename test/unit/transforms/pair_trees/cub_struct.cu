// The first greatest of a row, as CUB writes it: a pair with an operator, blocks of several warps.
#include <cuda_runtime.h>
#include <float.h>
#include <limits.h>

struct KeyValue {
  int key;
  float value;
};

struct ArgMax {
  __device__ KeyValue operator()(const KeyValue &a, const KeyValue &b) const {
    return (b.value > a.value) || ((a.value == b.value) && (b.key < a.key)) ? b : a;
  }
};

__global__ void arg_max_rows(const float *in, int *out, int n) {
  __shared__ KeyValue parts[4];
  ArgMax op;
  KeyValue mine = {0, -FLT_MAX};
  for (int i = threadIdx.x; i < n; i += 128) mine = op(mine, KeyValue{i, in[blockIdx.x * n + i]});
  for (int d = 1; d < 32; d *= 2) {
    KeyValue theirs;
    theirs.key = __shfl_xor_sync(~0u, mine.key, d);
    theirs.value = __shfl_xor_sync(~0u, mine.value, d);
    mine = op(mine, theirs);
  }
  if ((threadIdx.x & 31) == 0) parts[threadIdx.x >> 5] = mine;
  __syncthreads();
  if (threadIdx.x == 0) {
    KeyValue all = parts[0];
    for (int w = 1; w < 4; ++w) all = op(all, parts[w]);
    out[blockIdx.x] = all.key;
  }
}

extern "C" void arg_max_rows_run(const float *in, int *out, int rows, int n) { arg_max_rows<<<rows, 128>>>(in, out, n); }

// Static and dynamic shared memory, barriers and their counting forms.
#include "run_case.h"

__global__ void reverse_in_block(const int *in, int *out, int n) {
  __shared__ int tile[64];
  int base = blockIdx.x * 64, t = threadIdx.x;
  tile[t] = in[base + t];
  __syncthreads();
  out[base + t] = tile[63 - t];
}
// case static_shared: int32*256 any -> int32*256, equal
extern "C" void case_static_shared(const void *in, void *out, int n) { run_case(reverse_in_block, in, out, n, {4, 64}); }

__global__ void tree_sum(const int *in, int *out, int n) {
  extern __shared__ int partial[];
  int t = threadIdx.x;
  partial[t] = in[blockIdx.x * blockDim.x + t];
  __syncthreads();
  for (int half = blockDim.x / 2; half > 0; half /= 2) {
    if (t < half) partial[t] += partial[t + half];
    __syncthreads();
  }
  if (t == 0) out[blockIdx.x] = partial[0];
}
// case dynamic_shared: int32*512 any -> int32*4, equal
extern "C" void case_dynamic_shared(const void *in, void *out, int n) {
  run_case(tree_sum, in, out, n, {4, 128, n, 4, 128 * sizeof(int)});
}

__global__ void two_arrays(const float *in, float *out, int n) {
  extern __shared__ unsigned char memory[];
  float *values = (float *)memory;
  short *order = (short *)(values + blockDim.x);
  int t = threadIdx.x;
  values[t] = in[t];
  order[t] = (short)((t * 7 + 3) % blockDim.x);
  __syncthreads();
  out[t] = values[order[t]];
}
// case shared_two_arrays: float32*128 unit -> float32*128, equal
extern "C" void case_shared_two_arrays(const void *in, void *out, int n) {
  run_case(two_arrays, in, out, n, {1, 128, n, n, 128 * (sizeof(float) + sizeof(short))});
}

__global__ void transpose_tile(const float *in, float *out, int n) {
  __shared__ float tile[16][17];
  int x = threadIdx.x % 16, y = threadIdx.x / 16;
  tile[y][x] = in[y * 16 + x];
  __syncthreads();
  out[y * 16 + x] = tile[x][y];
}
// case shared_transpose: float32*256 unit -> float32*256, equal
extern "C" void case_shared_transpose(const void *in, void *out, int n) { run_case(transpose_tile, in, out, n, {1, 256}); }

__global__ void counting_barriers(const int *in, int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  int count = __syncthreads_count(in[i] > 0);
  int all = __syncthreads_and(in[i] != 12345), any = __syncthreads_or(in[i] == 7);
  out[i] = count * 100 + (all != 0) * 10 + (any != 0);
}
// case counting_barriers: int32*384 small -> int32*384, equal
extern "C" void case_counting_barriers(const void *in, void *out, int n) { run_case(counting_barriers, in, out, n, {4, 96}); }

__global__ void barrier_after_exit(const int *in, int *out, int n) {
  out[threadIdx.x] = -1;
  if (threadIdx.x >= 40) return;
  out[threadIdx.x] = __syncthreads_count(in[threadIdx.x] > 0);
}
// case barrier_after_exit: int32*96 small -> int32*96, equal
extern "C" void case_barrier_after_exit(const void *in, void *out, int n) { run_case(barrier_after_exit, in, out, n, {1, 96}); }

__global__ void tiled_product(const float *in, float *out, int n) {
  __shared__ float a[16][16], b[16][16];
  const float *A = in, *B = in + 32 * 32;
  int x = threadIdx.x % 16, y = threadIdx.x / 16, column = (blockIdx.x % 2) * 16 + x, row = (blockIdx.x / 2) * 16 + y;
  float sum = 0.0f;
  for (int k = 0; k < 32; k += 16) {
    a[y][x] = A[row * 32 + k + x];
    b[y][x] = B[(k + y) * 32 + column];
    __syncthreads();
    for (int i = 0; i < 16; ++i) sum += a[y][i] * b[i][x];
    __syncthreads();
  }
  out[row * 32 + column] = sum;
}
// case tiled_product: float32*2048 unit -> float32*1024, equal
extern "C" void case_tiled_product(const void *in, void *out, int n) { run_case(tiled_product, in, out, n, {4, 256, n, 1024}); }

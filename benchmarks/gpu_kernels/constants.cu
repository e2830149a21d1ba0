// Constant memory and device variables.
#include "run_case.h"

__constant__ int table[8] = {3, 1, 4, 1, 5, 9, 2, 6};
__constant__ float weights[16];
__device__ int counter = 100;

__global__ void constant_table(const int *in, int *out, int n) { out[threadIdx.x] = in[threadIdx.x] * table[threadIdx.x % 8]; }
// case constant_table: int32*64 any -> int32*64, equal
extern "C" void case_constant_table(const void *in, void *out, int n) { run_case(constant_table, in, out, n, {1, 64}); }

__global__ void constant_filter(const float *in, float *out, int n) {
  float sum = 0.0f;
  for (int i = 0; i < 16; ++i) sum += weights[i] * in[(threadIdx.x + i) % n];
  out[threadIdx.x] = sum;
}
// case constant_filter: float32*64 unit -> float32*64, equal
extern "C" void case_constant_filter(const void *in, void *out, int n) {
  float host[16];
  for (int i = 0; i < 16; ++i) host[i] = 0.125f * i - 0.75f;
  cudaMemcpyToSymbol(weights, host, sizeof host);
  run_case(constant_filter, in, out, n, {1, 64});
}

__global__ void device_variable(const int *in, int *out, int n) {
  out[threadIdx.x] = in[threadIdx.x];
  atomicAdd(&counter, in[threadIdx.x]);
}
// case device_variable: int32*32 small -> int32*32, equal
extern "C" void case_device_variable(const void *in, void *out, int n) {
  run_case(device_variable, in, out, n, {1, 32});
  cudaMemcpyFromSymbol(out, counter, sizeof(int));
}

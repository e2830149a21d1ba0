// block_sum

#include <cuda_runtime.h>

extern "C" __global__ void block_sum(const float *__restrict__ A, float *T, int n) {
  __shared__ float partial[8];
  float4 quad = *(const float4 *)(A + threadIdx.x * 4);
  float sum = quad.x + quad.w;
  for (int i = 16; i > 0; i /= 2) sum += __shfl_down_sync(0xffffffff, sum, i);
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = sum;
  __syncthreads();
  if (__all_sync(0xffffffff, threadIdx.x < (unsigned)n) != 0) atomicAdd(&T[blockIdx.x], partial[threadIdx.x]);
}
